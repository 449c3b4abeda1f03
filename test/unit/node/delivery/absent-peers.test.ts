import { expect, test } from 'vitest';
import { AbsentPeers } from '../../../../src/node/delivery/absent-peers.ts';

function setUp(most: number) {
  const dropped: string[] = [];
  return { dropped, absent: new AbsentPeers(most, (id) => void dropped.push(id)) };
}

test('over the cap, removes the peer that left first of the address with most of them', () => {
  const { absent, dropped } = setUp(3);
  absent.add('ordinary', '192.0.2.1', 1);
  for (const id of ['a', 'b', 'c', 'd']) absent.add(id, '192.0.2.66', 1);
  expect(dropped).toEqual(['a', 'b']);
  expect([absent.has('ordinary'), absent.has('d'), absent.size]).toEqual([true, true, 3]);
});

test('when a peer has messages, it counts for more', () => {
  const { absent, dropped } = setUp(32);
  absent.add('ordinary', '192.0.2.1', 16);
  for (const id of ['a', 'b', 'c']) absent.add(id, '192.0.2.66', 16);
  expect([dropped, absent.size]).toEqual([['a', 'b'], 2]);
});

test('removes no peer for the messages that it has before an address with more identities', () => {
  const { absent, dropped } = setUp(100);
  absent.add('ordinary', '192.0.2.1', 16);
  for (let no = 0; no < 50; no += 1) for (let id = 0; id < 5; id += 1) absent.add(`${no} ${id}`, `198.51.100.${no}`, 1);
  expect([absent.has('ordinary'), dropped.length]).toEqual([true, 5 * 50 + 16 - 100]);
});

test('when a peer had no link since it left, it still counts for its address', () => {
  const { absent, dropped } = setUp(3);
  for (const id of ['a', 'b']) absent.add(id, '192.0.2.1', 1);
  absent.add('b', '', 1);
  absent.add('c', '', 1);
  absent.add('d', '192.0.2.4', 1);
  expect([dropped, absent.has('c')]).toEqual([['a'], true]);
});

test('when a peer comes back, its share is free for other peers', () => {
  const { absent, dropped } = setUp(2);
  absent.add('a', '192.0.2.1', 1);
  absent.add('b', '192.0.2.1', 1);
  absent.delete('a');
  absent.delete('unknown');
  absent.add('b', '192.0.2.2', 1);
  absent.add('c', '192.0.2.1', 1);
  expect([dropped, absent.has('a'), absent.size]).toEqual([[], false, 2]);
  absent.clear();
  expect(absent.size).toBe(0);
});
