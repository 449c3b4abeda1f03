import { expect, test } from 'vitest';
import { readNetwork } from '../../../src/adapters/discovery/network.ts';
import { createPacketFilter } from '../../../src/adapters/discovery/packet-filter.ts';
import { createPacketRate } from '../../../src/adapters/discovery/packet-rate.ts';
import { responseWith } from '../../../src/adapters/discovery/responder/packets.ts';
import type { OwnRecord } from '../../../src/adapters/discovery/responder/records.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const { answerBytes, burstSeconds, packetBytes, packetsPerSecondPerSource, packetsPerSecondProven, rateSources } =
  limits.discovery;

const count = (times: number, admit: (no: number) => boolean): number =>
  Array.from({ length: times }, (_, no) => admit(no)).filter((passed) => passed).length;

test('when packets come from many addresses of peers, admits no more than the rate of all of them', () => {
  const clock = createVirtualClock();
  const { admit } = createPacketRate(clock, () => 'proven');
  const send = (no: number): boolean => admit(`peer ${no}`);
  expect(count(10_000, send)).toBe(packetsPerSecondProven * burstSeconds);
  clock.advance(1_000);
  expect(count(10_000, send)).toBe(packetsPerSecondProven);
});

test('when more sources send than it keeps rates of, forgets the rate of the one that was quiet longest', () => {
  const clock = createVirtualClock();
  const { admit } = createPacketRate(clock, () => 'other');
  const burst = packetsPerSecondPerSource * burstSeconds;
  const sendFrom = (source: string): number => count(2 * burst, () => admit(source));
  expect(sendFrom('first')).toBe(burst);
  for (let no = 1; no < rateSources; no += 1) admit(`source ${no}`);
  clock.advance(1_000);
  // It was not the one of more.
  expect(sendFrom('first')).toBe(packetsPerSecondPerSource);
  for (let no = 1; no <= rateSources; no += 1) admit(`source ${no}`);
  clock.advance(1_000);
  expect(sendFrom('first')).toBe(burst);
});

test('when a packet is longer than its cap, counts it as malformed and does not have it read', () => {
  const filter = createPacketFilter({
    clock: createVirtualClock(),
    network: () => readNetwork({}),
    proven: () => false,
    receivedOwn: () => undefined,
  });
  const loopback = { name: 'lo', address: '127.0.0.1', addresses: ['127.0.0.1'] };
  expect(filter.admit('127.0.0.1', packetBytes, loopback)).toBe(true);
  expect(filter.stats([])).toMatchObject({ packets: 1, malformed: 0 });
  expect(filter.admit('127.0.0.1', packetBytes + 1, loopback)).toBe(false);
  expect(filter.stats([])).toMatchObject({ packets: 2, malformed: 1, dropped: 0 });
});

test('when records do not fit into one packet, answers with as many as do', () => {
  const name = 'lanpeer-abc.local';
  const records = Array.from(
    { length: 200 },
    (_, no): OwnRecord => ({ name, type: 'A', ttl: 120, flush: true, data: `10.0.0.${no}` }),
  );
  const { answers, additionals } = responseWith(records, records);
  // A header has 12 bytes; an address has its name, then type, class, time to live, length and 4 bytes.
  const recordLength = name.length + 2 + 10 + 4;
  expect(answers).toHaveLength(Math.floor((answerBytes - 12) / recordLength));
  expect(additionals).toEqual([]);
});
