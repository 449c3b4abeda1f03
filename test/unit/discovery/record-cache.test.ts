import { expect, test } from 'vitest';
import { type DnsRecord, readAdvertisements, serviceType } from '../../../src/adapters/discovery/advertisements.ts';
import { createRecordCache } from '../../../src/adapters/discovery/record-cache.ts';
import { limits } from '../../../src/limits.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import { formatTxt } from '../../../src/protocol/txt-record.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const { joinMs, joinPerSource, joinSources, joinTextBytes } = limits.discovery;
const source = '192.0.2.7';

function parts(no = 1, port = 4_000, filler = 0) {
  const id = deviceIdOf(Buffer.from(`device ${no}`));
  const name = `${id}.${serviceType}`;
  const fields = {
    version: 1,
    id,
    incarnation: { counter: 5, random: '0011223344556677' },
    networkTag: null,
    name: 'n',
  };
  const strings = Object.entries(formatTxt(fields)).map(([key, value]) => Buffer.from(`${key}=${value}`));
  const more = Array.from({ length: filler }, () => Buffer.from(`x=${'y'.repeat(250)}`));
  return {
    id,
    service: { type: 'SRV', name, ttl: 120, data: { port, target: `Host${no}.local` } },
    text: { type: 'TXT', name: name.toUpperCase(), ttl: 120, data: [...strings, ...more] },
    address: { type: 'A', name: `host${no}.LOCAL`, ttl: 120, data: `192.0.2.${no}` },
    goodbye: { type: 'PTR', name: serviceType, ttl: 0, data: name },
  };
}

function make() {
  const clock = createVirtualClock();
  const join = createRecordCache(clock);
  return {
    clock,
    hear: (records: readonly DnsRecord[], from = source) =>
      readAdvertisements(join(records, from)).advertisements.map((one) =>
        one.kind === 'announced' ? [one.port, ...one.addresses] : one.kind,
      ),
  };
}

test.each([
  ['service', 'text', 'address'],
  ['service', 'address', 'text'],
  ['text', 'service', 'address'],
  ['text', 'address', 'service'],
  ['address', 'service', 'text'],
  ['address', 'text', 'service'],
] as const)('a device in three packets: %s, %s, %s', (first, second, third) => {
  const { hear } = make();
  const device = parts();
  hear([device[first]]);
  hear([device[second]]);
  expect(hear([device[third]])).toEqual([[4_000, '192.0.2.1']]);
});

test('service and text at once, and the address in the next packet', () => {
  const { hear } = make();
  const { service, text, address } = parts();
  expect(hear([service, text])).toEqual([[4_000]]);
  expect(hear([address])).toEqual([[4_000, '192.0.2.1']]);
});

test('does not join parts of two sources, of two devices, or of two times', () => {
  const { hear, clock } = make();
  const { service, text } = parts();
  hear([service]);
  expect(hear([text], '192.0.2.8')).toEqual([]);
  expect(hear([parts(2).text])).toEqual([]);
  clock.advance(joinMs);
  expect(hear([text])).toEqual([]);
});

test('the part that came later counts, and a goodbye forgets', () => {
  const { hear } = make();
  const { service, text, goodbye } = parts();
  hear([service]);
  hear([parts(1, 5_000).service]);
  expect(hear([text])).toEqual([[5_000]]);
  expect(hear([goodbye])).toEqual(['goodbye']);
  expect(hear([text])).toEqual([]);
});

test('what is kept has a cap for each source, for sources, and for a text', () => {
  const { hear } = make();
  const { service, text, address } = parts();
  hear([service]);
  for (let no = 2; no < joinPerSource + 1; no += 1) hear([parts(no).service]);
  expect(hear([text])).toEqual([[4_000]]);
  for (let no = 2; no < joinPerSource + 2; no += 1) hear([parts(no).service]);
  expect(hear([address])).toEqual([]);

  hear([service], '192.0.2.9');
  for (let no = 0; no < joinSources; no += 1) hear([parts(no).text], `198.51.100.${no}`);
  expect(hear([text], '192.0.2.9')).toEqual([]);

  hear([parts(9, 4_000, Math.ceil(joinTextBytes / 250)).text]);
  expect(hear([parts(9).service])).toEqual([]);
});

test('a whole device needs nothing kept', () => {
  const { hear } = make();
  const { service, text, address } = parts();
  hear([text]);
  for (let no = 2; no < 2 * joinPerSource; no += 1) {
    const other = parts(no);
    expect(hear([other.service, other.text, other.address])).toHaveLength(1);
  }
  expect(hear([service, address])).toEqual([[4_000, '192.0.2.1']]);
});
