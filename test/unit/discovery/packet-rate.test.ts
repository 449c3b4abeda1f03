import { expect, test } from 'vitest';
import { createPacketRate, type Standing } from '../../../src/adapters/discovery/packet-rate.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const {
  packetsPerSecond,
  packetsPerSecondPerSource,
  packetsPerSecondPerProven,
  packetsPerSecondOwn,
  packetsPerSecondProven,
  burstSeconds,
  rateSources,
} = limits.discovery;

const peer = '192.0.2.200';
const standingOf = (source: string): Standing =>
  source === '127.0.0.1' ? 'own' : source === peer ? 'proven' : 'other';

function make() {
  const clock = createVirtualClock();
  return { clock, ...createPacketRate(clock, standingOf) };
}

const count = (times: number, admit: () => boolean): number =>
  Array.from({ length: times }, admit).filter((passed) => passed).length;

test.each([
  ['192.0.2.1', packetsPerSecondPerSource],
  [peer, packetsPerSecondPerProven],
])('one source has its burst, then its rate, and takes nothing from others: %s', (source, perSecond) => {
  const { clock, admit } = make();
  const burst = perSecond * burstSeconds;
  expect(count(burst + 50, () => admit(source))).toBe(burst);
  expect(count(10, () => admit('192.0.2.2'))).toBe(10);
  clock.advance(1_000);
  expect(count(1_000, () => admit(source))).toBe(perSecond);
  clock.advance(3_600_000);
  expect(count(1_000, () => admit(source))).toBe(burst);
});

test('what a packet costs is taken from its source: dear ones come seldom', () => {
  const { clock, admit, charge } = make();
  const burst = packetsPerSecondPerSource * burstSeconds;
  const dear = (): boolean => {
    const admitted = admit('192.0.2.1');
    if (admitted) charge('192.0.2.1', 39);
    return admitted;
  };
  expect(count(100, dear)).toBe(Math.ceil(burst / 40));
  clock.advance(60_000);
  let admitted = 0;
  for (let ms = 0; ms < 60_000; ms += 10) {
    if (dear()) admitted += 1;
    clock.advance(10);
  }
  expect(admitted).toBeLessThanOrEqual((60 * packetsPerSecondPerSource + burst) / 40 + 1);
  expect(count(10, () => admit('192.0.2.2'))).toBe(10);
});

test('when thousands of unknown addresses send, peers and this machine lose nothing', () => {
  const { clock, admit } = make();
  let no = 0;
  const forged = (): boolean => {
    no += 1;
    return admit(`10.0.${no >> 8}.${no & 255}`);
  };
  expect(count(10_000, forged)).toBe(packetsPerSecond * burstSeconds);
  expect(count(50, () => admit(peer))).toBe(50);
  expect(count(10_000, () => admit('127.0.0.1'))).toBe(packetsPerSecondOwn * burstSeconds);
  clock.advance(1_000);
  expect(count(10_000, forged)).toBe(packetsPerSecond);
});

test('when packets have the forged address of a peer, the others lose nothing', () => {
  const { admit } = make();
  expect(count(10_000, () => admit(peer))).toBeLessThan(packetsPerSecondProven * burstSeconds);
  expect([admit('192.0.2.1'), admit('127.0.0.1')]).toEqual([true, true]);
});

test('when there are more sources than its cap, forgets the one that was quiet longest', () => {
  const { clock, admit } = make();
  const burst = packetsPerSecondPerSource * burstSeconds;
  count(burst, () => admit('first'));
  expect(admit('first')).toBe(false);
  for (let no = 1; no < rateSources; no += 1) admit(`source ${no}`);
  clock.advance(10);
  expect(admit('first')).toBe(false);
  for (let no = 1; no <= rateSources; no += 1) admit(`source ${no}`);
  clock.advance(60_000);
  expect(count(burst, () => admit('first'))).toBe(burst);
});
