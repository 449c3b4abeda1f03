import { expect, test } from 'vitest';
import { type Ends, findOwner } from '../../../src/inspector/server/connection-owner.ts';
import { limits } from '../../../src/limits.ts';

const ends: Ends = { here: '0100007F:1F90', there: '0100007F:C000' };
const inTime = (): boolean => false;

const line = (local: string, remote: string, uid: number): string =>
  `   0: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 1 1 0 20 4 0 10 -1\n`;
const near = line(ends.here, ends.there, 0);
const far = line(ends.there, ends.here, 1_000);
const other = line('0100007F:2222', '0100007F:3333', 1_001).repeat(1_000);

/** So many sockets of another user, in thousands, and then these lines. */
function* table(thousands: number, ...last: readonly string[]): Generator<string> {
  for (let no = 0; no < thousands; no += 1) yield other;
  yield* last;
}

test('however many sockets others have, the owner is found', () => {
  expect(findOwner(table(100, near, far), ends, inTime)).toBe(1_000);
});

test('nothing is read after the line that counts, which may come in two pieces', () => {
  const pieces = table(1, far.slice(0, 50), far.slice(50), other);
  expect(findOwner(pieces, ends, inTime)).toBe(1_000);
  let left = 0;
  function* counted(): Generator<string> {
    yield far;
    left += 1;
    yield other;
  }
  expect([findOwner(counted(), ends, inTime), left]).toEqual([1_000, 0]);
});

test('tells a connection that is not in the table apart from one of which only the other end is', () => {
  expect(findOwner(table(1), ends, inTime)).toBe('absent');
  expect(findOwner(table(1, near), ends, inTime)).toBe('listed');
});

test('a table is read neither without an end nor for long', () => {
  const thousands = Math.ceil(limits.inspector.tableBytes / other.length) + 1;
  expect(findOwner(table(thousands, far), ends, inTime)).toBe('long');
  expect(findOwner(table(1, far), ends, () => true)).toBe('long');
});

test('connections of IPv6 have the same ends', () => {
  const far6 = line(`0000000000000000FFFF0000${ends.there}`, `0000000000000000FFFF0000${ends.here}`, 65_534);
  expect(findOwner(table(0, far6), ends, inTime)).toBe(65_534);
});
