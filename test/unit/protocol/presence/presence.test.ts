import { describe, expect, it, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { isGroupName } from '../../../../src/protocol/presence/group-name.ts';
import { noGroups } from '../../../../src/protocol/presence/presence.ts';
import { decodeProperties, encodeProperties } from '../../../../src/protocol/presence/properties.ts';
import { codeOf } from '../../../support/code-of.ts';
import { PresencePair } from '../../../support/presence-pair.ts';

const { propertiesBytes, groups: most, groupNameBytes } = limits.presence;
/** Properties of exactly so many bytes: a map of one, a key of one character, a text with a head of three bytes. */
const ofBytes = (bytes: number) => ({ p: 'x'.repeat(bytes - 6) });

describe('properties', () => {
  it('come out as they went in', () => {
    const properties = { role: 'camera', nested: { list: [1, null, true, -0.5] }, ['__proto__x']: '' };
    expect(decodeProperties(encodeProperties(properties) ?? new Uint8Array())).toStrictEqual(properties);
  });

  it('that are none have no bytes', () => {
    expect(encodeProperties({})).toBeNull();
    expect(encodeProperties({ left: undefined })).toBeNull();
    expect(decodeProperties(new Uint8Array())).toStrictEqual({});
  });

  it('have a size at most, at either side', () => {
    expect(encodeProperties(ofBytes(propertiesBytes))?.byteLength).toBe(propertiesBytes);
    expect(codeOf(() => encodeProperties(ofBytes(propertiesBytes + 1)))).toBe('ERR_TOO_LARGE');
    const pair = new PresencePair();
    pair.link();
    const payload = new Uint8Array(propertiesBytes + 1);
    expect(codeOf(() => pair.receiver.receive({ kind: 'properties', payload }))).toBe('ERR_PROTOCOL');
  });

  it('that hold a byte array and come from a peer, are refused', () => {
    expect(codeOf(() => decodeProperties(Uint8Array.from([0xa1, 0x61, 0x62, 0x41, 0x00])))).toBe('ERR_PROTOCOL');
  });

  it.for<[code: string, given: unknown]>([
    ['ERR_OPTION', null],
    ['ERR_OPTION', []],
    ['ERR_OPTION', 'role'],
    ['ERR_OPTION', new Map()],
    ['ERR_DATA', { at: new Date(0) }],
    ['ERR_DATA', { n: Number.NaN }],
    ['ERR_DATA', { deep: [{ bytes: new Uint8Array(1) }] }],
  ])('when a program gives what is none, refuses it with %s', ([code, given]) => {
    expect(codeOf(() => encodeProperties(given))).toBe(code);
  });

  it('name the field that cannot be carried', () => {
    expect(() => encodeProperties({ deep: [{ bytes: new Uint8Array(1) }] })).toThrow('properties.deep.0.bytes');
    expect(() => encodeProperties({ a: { b: 1n } })).toThrow('properties.a.b cannot');
  });

  it('when they revoke themselves while they are read, refuses them', () => {
    const { proxy, revoke } = Proxy.revocable<Record<string, unknown>>({}, {});
    revoke();
    expect(codeOf(() => encodeProperties(proxy))).toBe('ERR_OPTION');
  });
});

test('a name of a group has 1 to 64 bytes, and no character that nobody sees', () => {
  for (const name of ['a', 'Spiel 1', 'ж'.repeat(groupNameBytes / 2), 'x'.repeat(groupNameBytes), '🎲'])
    expect(isGroupName(name)).toBe(true);
  for (const name of [
    '',
    'x'.repeat(groupNameBytes + 1),
    'ж'.repeat(groupNameBytes / 2 + 1),
    'a\nb',
    'a\u202eb',
    '\ud800',
    7,
    null,
  ])
    expect(isGroupName(name)).toBe(false);
});

describe('what a peer is told', () => {
  it('is nothing where a node says nothing of itself', () => {
    const pair = new PresencePair();
    pair.link();
    expect(pair.write(1_000)).toBe(false);
  });

  it('is nothing of a feature that the peer did not announce', () => {
    const pair = new PresencePair();
    pair.own = { properties: encodeProperties({ a: 1 }), groups: new Set(['g']) };
    pair.link([]);
    expect(pair.write(1_000)).toBe(false);
    pair.link(['groups']);
    pair.settle();
    expect(pair.receiver.current).toStrictEqual({ properties: {}, groups: new Set(['g']) });
  });

  it('is the newest value alone, where it changed between two records', () => {
    const pair = new PresencePair();
    pair.link();
    for (let no = 1; no <= 1_000; no += 1)
      pair.own = { properties: encodeProperties({ no }), groups: new Set([`group ${no}`]) };
    pair.settle();
    expect(pair.written).toBe(1);
    expect(pair.receiver.current).toStrictEqual({ properties: { no: 1_000 }, groups: new Set(['group 1000']) });
  });

  it('when all groups change at once, never is in more than the cap, nor in a part of them', () => {
    const pair = new PresencePair();
    const names = (letter: string) =>
      new Set(Array.from({ length: most }, (_, no) => `${no}`.padStart(groupNameBytes, letter)));
    pair.own = { properties: null, groups: names('a') };
    pair.link();
    pair.settle();
    expect(pair.receiver.current.groups).toEqual(names('a'));
    pair.own = { properties: null, groups: names('b') };
    while (pair.write(16_368));
    expect(pair.waiting).toBeGreaterThan(1);
    while (pair.waiting > 1) {
      pair.deliver();
      expect(pair.receiver.take()).toBeUndefined();
    }
    pair.settle();
    expect(pair.receiver.current.groups).toEqual(names('b'));
  });

  it('is said again on a new link, and that it left everything too; what stays the same is not told again', () => {
    const pair = new PresencePair();
    pair.own = { properties: encodeProperties({ a: 1 }), groups: new Set(['g']) };
    pair.link();
    pair.settle();
    const { current } = pair.receiver;
    pair.link();
    pair.settle();
    expect(pair.written).toBe(2);
    expect(pair.receiver.current).toBe(current);
    pair.own = { properties: null, groups: noGroups };
    pair.write(1_000);
    pair.cut();
    pair.link();
    pair.settle();
    expect(pair.receiver.current).toStrictEqual({ properties: {}, groups: noGroups });
  });
});

test('when the first link ends within the first groups that a peer says, forgets the part that came', () => {
  const pair = new PresencePair();
  const long = (no: number) => `${no}`.repeat(groupNameBytes);
  pair.own = { properties: null, groups: new Set([0, 1, 2, 3, 4].map(long)) };
  pair.link();
  pair.write(300);
  pair.deliver();
  pair.cut();
  pair.own = { properties: null, groups: new Set([long(4)]) };
  pair.link();
  pair.settle();
  expect(pair.receiver.current.groups).toEqual(pair.own.groups);
});

test('when the memory of a record is used again before its properties are taken, has them as they came', () => {
  const { receiver } = new PresencePair();
  const payload = Uint8Array.from(encodeProperties({ role: 'camera' }) ?? []);
  receiver.receive({ kind: 'properties', payload });
  payload.fill(0xff);
  expect(receiver.take()?.properties).toStrictEqual({ role: 'camera' });
});

test('when a peer joins more groups than it may, refuses it', () => {
  const pair = new PresencePair();
  pair.own = { properties: null, groups: new Set(Array.from({ length: most + 1 }, (_, no) => `group ${no}`)) };
  pair.link();
  pair.write(16_368);
  expect(codeOf(() => pair.deliver())).toBe('ERR_PROTOCOL');
});
