import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DnsRecord, readAdvertisements, serviceType } from '../../../src/adapters/discovery/advertisements.ts';
import { limits } from '../../../src/limits.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import { formatTxt } from '../../../src/protocol/txt-record.ts';

const idOf = (no: number): string => deviceIdOf(Buffer.from(`device ${no}`));

function announcement(no = 1, ttl = 120): DnsRecord[] {
  const name = `${idOf(no)}.${serviceType}`;
  const fields = {
    version: 1,
    id: idOf(no),
    incarnation: { counter: 5, random: '0011223344556677' },
    networkTag: null,
    name: 'n',
  };
  const strings = Object.entries(formatTxt(fields)).map(([key, value]) => Buffer.from(`${key}=${value}`));
  return [
    { type: 'PTR', name: serviceType, ttl, data: name },
    { type: 'SRV', name, ttl, data: { port: 4_000, target: 'Host.local' } },
    { type: 'TXT', name, ttl, data: strings },
    { type: 'A', name: 'host.LOCAL', ttl, data: '192.0.2.1' },
  ];
}

const without = (type: string): DnsRecord[] => announcement().filter((record) => record.type !== type);

test('an announcement, whatever the case of its names', () => {
  const loud = announcement().map((record) => ({ ...record, name: String(record.name).toUpperCase() }));
  for (const records of [announcement(), loud]) {
    expect(readAdvertisements(records)).toMatchObject({
      advertisements: [{ kind: 'announced', txt: { id: idOf(1) }, port: 4_000, addresses: ['192.0.2.1'] }],
      malformed: 0,
    });
  }
});

test('only addresses that a host can have, and of the named host, are taken', () => {
  const addresses = ['0.0.0.0', '127.0.0.1', '224.0.0.1', '255.255.255.255', '1.2.3', 'x', 7, null];
  const hostile = addresses.map((data) => ({ type: 'A', name: 'host.local', ttl: 120, data }));
  const other = { type: 'A', name: 'other.local', ttl: 120, data: '192.0.2.2' };
  const [advertisement] = readAdvertisements([...announcement(), ...hostile, other]).advertisements;
  expect(advertisement).toMatchObject({ addresses: ['192.0.2.1'] });
});

test('a goodbye is a service record, or the pointer to it, with no time to live', () => {
  const farewell = { advertisements: [{ kind: 'goodbye', id: idOf(1) }], malformed: 0 };
  expect(readAdvertisements(announcement(1, 0))).toEqual(farewell);
  expect(readAdvertisements(announcement(1, 0).slice(0, 1))).toEqual(farewell);
  expect(readAdvertisements(announcement(1, 0).slice(1, 2))).toEqual(farewell);
  expect(readAdvertisements(announcement(1, 0).slice(2))).toEqual({ advertisements: [], malformed: 0 });
});

test('ignores records of other services, and counts incomplete ones of lanpeer as malformed', () => {
  const foreign = { type: 'SRV', name: 'x._http._tcp.local', ttl: 120, data: { port: 80, target: 'h' } };
  expect(readAdvertisements([foreign])).toEqual({ advertisements: [], malformed: 0 });
  expect(readAdvertisements(without('SRV'))).toEqual({ advertisements: [], malformed: 0 });
  expect(readAdvertisements(without('TXT'))).toEqual({ advertisements: [], malformed: 0 });
  const nameless = { type: 'TXT', name: `${idOf(1)}.${serviceType}`, ttl: 120, data: [Buffer.from('v=1')] };
  expect(readAdvertisements([...without('TXT'), nameless])).toEqual({ advertisements: [], malformed: 1 });
  for (const port of [0, 65_536, 1.5, '80', undefined]) {
    const records = announcement().map((record) => (record.type === 'SRV' ? { ...record, data: { port } } : record));
    expect(readAdvertisements(records)).toEqual({ advertisements: [], malformed: 1 });
  }
});

test('when a device announces the id of another, counts it as malformed', () => {
  const stolen = announcement(1).map((record) =>
    record.type === 'PTR' || record.type === 'A' ? record : { ...record, name: `${idOf(2)}.${serviceType}` },
  );
  expect(readAdvertisements(stolen)).toEqual({ advertisements: [], malformed: 1 });
});

test('devices of one packet are capped, announcements and goodbyes alike', () => {
  const { devicesPerPacket } = limits.discovery;
  const numbers = Array.from({ length: devicesPerPacket + 5 }, (_, no) => no);
  for (const ttl of [120, 0]) {
    const { advertisements, malformed } = readAdvertisements(numbers.flatMap((no) => announcement(no, ttl)));
    expect([advertisements.length, malformed]).toEqual([devicesPerPacket, 5]);
  }
});

test('no record, however odd, throws or yields what is not whole', () => {
  const name = fc.oneof(fc.constantFrom(serviceType, `${idOf(1)}.${serviceType}`, 'host.local'), fc.anything());
  const record = fc.record(
    {
      type: fc.oneof(fc.constantFrom('SRV', 'TXT', 'A', 'PTR'), fc.anything()),
      name,
      ttl: fc.oneof(fc.constantFrom(0, 120), fc.anything()),
      data: fc.oneof(
        name,
        fc.array(fc.oneof(fc.uint8Array(), fc.anything())),
        fc.record({ port: fc.anything(), target: name }),
      ),
    },
    { requiredKeys: [] },
  );
  const mixed = fc.array(fc.oneof(record, fc.constantFrom(...announcement())), { maxLength: 40 });
  fc.assert(
    fc.property(mixed, (records) => {
      for (const one of readAdvertisements(records).advertisements) {
        expect(one.kind === 'goodbye' ? one.id : one.txt.id).toMatch(/./);
        if (one.kind === 'announced') expect(one.txt.id).toBe(idOf(1));
      }
    }),
    { numRuns: 500 },
  );
});
