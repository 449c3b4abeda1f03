import { expect, test } from 'vitest';
import type { Advertisement } from '../../../src/adapters/discovery/advertisements.ts';
import { createDeviceTable } from '../../../src/adapters/discovery/device-table.ts';
import { limits } from '../../../src/limits.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';

const { claims, devices, devicesPerSource, replaceEveryMs, silentMs, refreshedEveryMs } = limits.discovery;
const idOf = (no: number): string => deviceIdOf(Buffer.from(`device ${no}`));
const noSource = (): boolean => false;

interface Said {
  readonly no?: number;
  readonly counter?: number;
  readonly port?: number;
  readonly addresses?: readonly string[];
  readonly offLink?: readonly string[];
}

function announced({ no = 1, counter = 1, port = 4_000, addresses = [], offLink = [] }: Said = {}): Advertisement {
  const incarnation = { counter, random: '0011223344556677' };
  return {
    kind: 'announced',
    txt: { version: 1, id: idOf(no), incarnation, networkTag: null, name: 'n' },
    port,
    addresses,
    offLink,
  };
}

const goodbye = (no = 1): Advertisement => ({ kind: 'goodbye', id: idOf(no) });

/** The table with everything heard from one place at one time unless it says otherwise. */
function makeTable(isOwn: (source: string) => boolean = noSource) {
  const gone: string[] = [];
  const table = createDeviceTable(isOwn, { lost: ({ device }) => void gone.push(device.id) });
  return {
    gone,
    table,
    receive: (advertisement: Advertisement, source = '192.0.2.1', now = 0) =>
      table.receive({ advertisement, source, now, at: 1_000 + now }),
  };
}

test('reports found, then refreshed at most once a second, then updated when what it says is new', () => {
  const { receive } = makeTable();
  expect(receive(announced({ addresses: ['192.0.2.9', '192.0.2.1'] }))).toMatchObject({
    change: 'found',
    device: { addresses: ['192.0.2.1', '192.0.2.9'], source: '192.0.2.1', heardAt: 1_000, port: 4_000 },
  });
  const same = announced({ addresses: ['192.0.2.9'] });
  expect(receive(same, undefined, refreshedEveryMs - 1)).toBeUndefined();
  expect(receive(same, undefined, refreshedEveryMs)).toMatchObject({ change: 'refreshed', device: { heardAt: 2_000 } });
  expect(receive(same, undefined, 2 * refreshedEveryMs - 1)).toBeUndefined();
  expect(receive(announced({ counter: 2 }), undefined, 2 * refreshedEveryMs - 1)).toMatchObject({ change: 'updated' });
  expect(receive(announced({ counter: 2, port: 1 }), undefined, 2 * refreshedEveryMs)).toMatchObject({
    change: 'updated',
  });
});

test('a device on two networks keeps both addresses, the latest source first, without an update each time', () => {
  const { receive } = makeTable();
  receive(announced(), '192.0.2.1', 0);
  expect(receive(announced(), '198.51.100.1', 1)?.device.addresses).toEqual(['198.51.100.1', '192.0.2.1']);
  expect(receive(announced(), '192.0.2.1', refreshedEveryMs + 1)).toMatchObject({
    change: 'refreshed',
    device: { addresses: ['192.0.2.1', '198.51.100.1'] },
  });
});

test('addresses of an earlier run, and those from where it was silent for long, are forgotten', () => {
  const { receive } = makeTable();
  receive(announced(), '192.0.2.1', 0);
  expect(receive(announced({ counter: 2 }), '198.51.100.1', 1)?.device.addresses).toEqual(['198.51.100.1']);
  receive(announced({ counter: 2 }), '192.0.2.1', 2);
  expect(receive(announced({ counter: 2 }), '192.0.2.1', 1 + silentMs)).toMatchObject({
    change: 'updated',
    device: { addresses: ['192.0.2.1'] },
  });
});

test('the addresses of a device are capped', () => {
  const { receive } = makeTable();
  for (let no = 1; no <= 30; no += 1) receive(announced(), `192.0.2.${no}`, no);
  const many = Array.from({ length: 100 }, (_, no) => `198.51.100.${no}`);
  const { device } = receive(announced({ addresses: many }), '192.0.2.31', 31) ?? {};
  expect(device?.addresses).toHaveLength(limits.dial.addresses);
  expect(device?.addresses[0]).toBe('192.0.2.31');
});

test('when a goodbye comes from where a device was received or announced, reports it lost; from elsewhere it does nothing', () => {
  const { receive, table } = makeTable();
  receive(announced({ addresses: ['192.0.2.9'] }));
  expect(receive(goodbye(), '192.0.2.66')).toBeUndefined();
  expect(receive(goodbye(2))).toBeUndefined();
  expect(receive(goodbye(), '192.0.2.9')).toMatchObject({ change: 'lost', device: { id: idOf(1) } });
  expect(table.size).toBe(0);
  expect(receive(announced())).toMatchObject({ change: 'found' });
});

test('when a device was silent for long, reports it lost, and has room for another', () => {
  const { receive, table } = makeTable();
  receive(announced({ no: 1 }), undefined, 0);
  receive(announced({ no: 2 }), undefined, 1);
  expect(table.sweep(silentMs - 1)).toEqual([]);
  expect(table.sweep(silentMs)).toMatchObject([{ change: 'lost', device: { id: idOf(1) } }]);
  expect(table.sweep(silentMs)).toEqual([]);
  expect(table.size).toBe(1);
});

test('a device over the cap of its source takes the place of another one of it, one at a time', () => {
  const { receive, table, gone } = makeTable();
  for (let no = 1; no <= devicesPerSource; no += 1)
    expect(receive(announced({ no }))).toMatchObject({ change: 'found' });
  expect(receive(announced({ no: devicesPerSource + 1 }))).toMatchObject({ change: 'found' });
  expect([table.refused, table.size, gone]).toEqual([1, devicesPerSource, [idOf(1)]]);
  expect(receive(announced({ no: 1 }), undefined, replaceEveryMs - 1)).toBeUndefined();
  expect(receive(announced({ no: 2, counter: 2 }))).toMatchObject({ change: 'updated' });
  expect(receive(announced({ no: devicesPerSource + 2 }), '192.0.2.2')).toMatchObject({ change: 'found' });
  expect(receive(announced({ no: 1 }), undefined, replaceEveryMs)).toMatchObject({ change: 'found' });
  receive(goodbye(1));
  expect(receive(announced({ no: devicesPerSource + 3 }))).toMatchObject({ change: 'found' });
  expect(gone).toEqual([idOf(1), idOf(2)]);
});

test('in a full table a device takes the place of one of the source that has most, this machine or not', () => {
  for (const isOwn of [noSource, () => true]) {
    const { receive, table, gone } = makeTable(isOwn);
    receive(announced({ no: 0 }), '192.0.2.200');
    for (let no = 1; no < devices; no += 1)
      receive(announced({ no }), isOwn === noSource ? `192.0.2.${no % 100}` : undefined);
    expect(table.size).toBe(devices);
    expect(receive(announced({ no: devices + 1 }), '192.0.2.201')).toMatchObject({ change: 'found' });
    expect([table.size, table.refused, gone.length, gone.includes(idOf(0))]).toEqual([devices, 1, 1, false]);
    expect(table.sweep(silentMs)).toHaveLength(devices);
  }
});

test('this machine has its share, however many sources there are', () => {
  const { receive, gone } = makeTable((source) => source === '192.0.2.1');
  for (let no = 0; no < 50; no += 1) receive(announced({ no }));
  for (let no = 50; no < 3 * devices; no += 1) receive(announced({ no }), `10.${no >> 8}.${no & 255}.1`);
  const own = new Set(Array.from({ length: 50 }, (_, no) => idOf(no)));
  expect([gone.length, gone.filter((id) => own.has(id))]).toEqual([2 * devices, []]);
});

test('when another source announces its id, a device stays with its first source', () => {
  const { receive, gone } = makeTable();
  receive(announced({ no: 0 }), '192.0.2.66');
  for (let no = 1; no <= 2 * devicesPerSource; no += 1) {
    receive(announced({ no }), '192.0.2.66', no * replaceEveryMs);
    if (no === devicesPerSource / 2) receive(announced({ no: 0 }), '192.0.2.1', no * replaceEveryMs);
    receive(announced({ no: 0 }), '192.0.2.66', no * replaceEveryMs);
  }
  expect(gone).not.toContain(idOf(0));
});

test('what others say of an id is kept beside, in fair shares, whatever run they say', () => {
  const { receive } = makeTable();
  receive(announced({ port: 4_000 }), '192.0.2.1');
  const claimed = (): unknown => receive(announced({ port: 4_000 }), '192.0.2.1', refreshedEveryMs)?.device.claims;
  for (let no = 0; no < 50; no += 1)
    receive(announced({ port: 5_000 + no, counter: 2 ** 53 - 1, addresses: ['192.0.2.67'] }), '192.0.2.66');
  const { device } = receive(announced({ port: 9, counter: 3 }), '192.0.2.66') ?? {};
  expect(device).toMatchObject({ port: 9, addresses: ['192.0.2.66'] });
  expect(device?.claims).toHaveLength(5);
  expect(device?.claims).toContainEqual({ source: '192.0.2.1', port: 4_000, addresses: ['192.0.2.1'] });
  // More sources than there is room for: those with more than one claim lose theirs first.
  for (let no = 0; no < claims - 2; no += 1) receive(announced({ port: 6_000 }), `192.0.2.${100 + no}`);
  expect(claimed()).toHaveLength(claims);
});

test('what comes again is no news, though others speak of the same id', () => {
  const { receive } = makeTable();
  receive(announced(), '192.0.2.1');
  expect(receive(announced({ counter: 2 }), '192.0.2.66')?.change).toBe('updated');
  expect(receive(announced(), '192.0.2.1', refreshedEveryMs)?.change).toBe('refreshed');
  expect(receive(announced({ counter: 2 }), '192.0.2.66', refreshedEveryMs)?.change).toBe('refreshed');
});

test('a goodbye takes back no more than what was said from there', () => {
  const { receive } = makeTable();
  receive(announced(), '192.0.2.1');
  receive(announced({ addresses: ['192.0.2.1'] }), '192.0.2.66');
  expect(receive(goodbye(), '192.0.2.66')).toBeUndefined();
  expect(receive(announced(), '192.0.2.1', refreshedEveryMs)?.device).toMatchObject({ addresses: ['192.0.2.1'] });
  expect(receive(goodbye(), '192.0.2.1')).toMatchObject({ change: 'lost' });
});

test('addresses off the link are kept apart, a few of them, and not for ports that need a privilege', () => {
  const { receive } = makeTable();
  const far = ['10.9.0.1', '10.9.0.2', '10.9.0.3', '10.9.0.4', '10.9.0.5'];
  const found = receive(announced({ offLink: far }));
  expect(found?.device).toMatchObject({ addresses: ['192.0.2.1'], offLink: far.slice(0, limits.dial.offLink) });
  expect(receive(announced({ offLink: ['10.9.0.1'] }))?.change).toBe('updated');
  expect(receive(announced({ offLink: [] }))?.device).not.toHaveProperty('offLink');
  expect(receive(announced({ no: 2, port: 80, offLink: far }))?.device).not.toHaveProperty('offLink');
});
