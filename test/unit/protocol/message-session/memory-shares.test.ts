import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createMemoryShares } from '../../../../src/protocol/message-session/memory-shares.ts';

const { reserveBytes, aheadBytes, overheadBytes, queued, sharedBytes, wholeBytes } = limits.messages;
const size = 1_000_000;

test('one peer gets half, and each that comes later finds as much as the greediest has left', () => {
  const shares = createMemoryShares(size);
  expect(shares.acquire('a', reserveBytes + size / 2 + 1)).toBe(false);
  expect(shares.acquire('a', reserveBytes + size / 2)).toBe(true);
  expect([shares.fits('a', 1), shares.used]).toEqual([false, size / 2]);
  expect(shares.acquire('b', reserveBytes + size / 4)).toBe(true);
  expect(shares.acquire('b', 1)).toBe(false);
  shares.release('a', size / 2);
  expect([shares.acquire('b', 1), shares.used]).toEqual([true, size / 4 + 1]);
});

test('what is small always has room, but not for ever more identities', () => {
  const shares = createMemoryShares(size);
  for (let peer = 0; peer < 64; peer += 1) shares.acquire(`greedy ${peer}`, reserveBytes + size / 2 ** peer);
  for (let peer = 0; peer < limits.peers.max - 64; peer += 1)
    expect(shares.acquire(`small ${peer}`, reserveBytes)).toBe(true);
  let taken = 0;
  for (let peer = 0; peer < 10_000; peer += 1) if (shares.acquire(`minted ${peer}`, reserveBytes)) taken += 1;
  expect(taken * reserveBytes).toBeLessThan(size);
  expect(shares.used).toBeLessThanOrEqual(size);
});

test('what each of as many peers as there are by default sends ahead has room, whatever the largest message', () => {
  const shares = createMemoryShares(sharedBytes);
  const bytes = aheadBytes + wholeBytes + (1 + aheadBytes / wholeBytes) * overheadBytes;
  for (let peer = 0; peer < limits.peers.default; peer += 1)
    expect(shares.acquire(`${peer}`, Math.ceil(bytes))).toBe(true);
});

test('a full window of messages of each of them has room where messages may be as large as by default', () => {
  const shares = createMemoryShares(sharedBytes + 2 * limits.messages.bytes);
  for (let peer = 0; peer < limits.peers.default; peer += 1)
    expect(shares.acquire(`${peer}`, aheadBytes + queued * overheadBytes)).toBe(true);
});
