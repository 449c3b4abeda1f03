import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import { formatTxt, parseTxt, type TxtFields } from '../../../src/protocol/txt-record.ts';

const { nameBytes, txtPairs, txtValueBytes } = limits.discovery;

const fields: TxtFields = {
  version: 1,
  id: deviceIdOf(Buffer.from('a device')),
  incarnation: { counter: 1_700_000_000_000, random: '0011223344556677' },
  networkTag: 'abcdefghijklmnopqrstuvwxyz',
  name: 'Büro 💡\n',
};

/** The record with some values changed; undefined takes one away. */
function changed(changes: Record<string, string | undefined>, of: TxtFields = fields): Buffer[] {
  const all = Object.entries({ ...formatTxt(of), ...changes });
  return all.flatMap(([key, value]) => (value === undefined ? [] : [Buffer.from(`${key}=${value}`)]));
}

test('what is formatted is parsed again, for all fields there are', () => {
  const name = fc.string({ unit: 'grapheme' }).filter((text) => Buffer.byteLength(text) <= nameBytes);
  const any = fc.record({
    version: fc.integer({ min: 0, max: 9_999 }),
    id: fc.uint8Array({ minLength: 1 }).map(deviceIdOf),
    incarnation: fc.record({
      counter: fc.maxSafeNat().filter((counter) => counter > 0),
      random: fc.stringMatching(/^[0-9a-f]{16}$/),
    }),
    networkTag: fc.option(fc.stringMatching(/^[a-z2-7]{26}$/)),
    name,
  });
  fc.assert(
    fc.property(any, (one) => {
      const record = changed({}, one);
      for (const pair of record) expect(pair.byteLength).toBeLessThanOrEqual(txtValueBytes);
      expect(parseTxt(record)).toEqual(one);
    }),
  );
});

test('a node without a network key has no tag', () => {
  expect(formatTxt({ ...fields, networkTag: null })).not.toHaveProperty('n');
  expect(parseTxt(changed({ n: undefined }))).toEqual({ ...fields, networkTag: null });
});

test.each([
  ['no version', { v: undefined }],
  ['a version with a sign', { v: '-1' }],
  ['a long version', { v: '10000' }],
  ['no id', { id: undefined }],
  ['an id in capitals', { id: fields.id.toUpperCase() }],
  ['an id too short', { id: fields.id.slice(1) }],
  ['no incarnation', { i: undefined }],
  ['an incarnation past the whole numbers', { i: '9007199254740993-0011223344556677' }],
  ['an incarnation of 0', { i: '0-0011223344556677' }],
  ['an odd tag', { n: 'ABC' }],
  ['an empty tag', { n: '' }],
  ['a name too long', { name: Buffer.alloc(nameBytes + 1, 'x').toString('base64url') }],
  ['a name that is no UTF-8', { name: Buffer.from([0x69, 0x99, 0xd8]).toString('base64url') }],
  ['a pair too long', { other: 'x'.repeat(txtValueBytes) }],
])('when it has %s, rejects the record', (_, changes) => {
  expect(parseTxt(changed(changes))).toBeUndefined();
});

test('keys have no case, the first of a key counts, unknown ones and flags are skipped', () => {
  const record = changed({});
  const loud = record.map((pair) => Buffer.from(pair.toString().replace(/^[^=]+/, (key) => key.toUpperCase())));
  expect(parseTxt(loud)).toEqual(fields);
  const odd = ['', '=', '=x', 'flag', 'v', 'later=1'].map((text) => Buffer.from(text));
  expect(parseTxt([...odd, ...record, Buffer.from('v=2'), Buffer.from('ID=x')])).toEqual(fields);
});

test('of very many pairs only the first few are looked at', () => {
  const filler = Array.from({ length: txtPairs }, (_, no) => Buffer.from(`x${no}=1`));
  expect(parseTxt([...filler.slice(0, txtPairs - 5), ...changed({})])).toEqual(fields);
  expect(parseTxt([...filler, ...changed({})])).toBeUndefined();
});

test('no bytes throw, and what is parsed is whole', () => {
  const some = fc.oneof(fc.uint8Array({ maxLength: 255 }), fc.constantFrom(...changed({})));
  fc.assert(
    fc.property(fc.array(some, { maxLength: 20 }), (strings) => {
      const parsed = parseTxt(strings);
      if (!parsed) return;
      expect(parsed.id).toBe(fields.id);
      expect(parsed.incarnation).toEqual(fields.incarnation);
    }),
    { numRuns: 500 },
  );
});
