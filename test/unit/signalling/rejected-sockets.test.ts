import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { count, createSocketsRig, states } from '../../support/unauthenticated-sockets.ts';

const {
  sockets: maxActive,
  socketsPerAddress,
  waiting: maxPending,
  timeMs,
  stepMs,
  sweepMs,
  bytes,
} = limits.unauthenticated;

test('when too many are pending, rejects sockets of the address that has most, not the last to come', () => {
  const { sockets, silent } = createSocketsRig();
  const greedy = Array.from({ length: maxPending - 20 }, () => silent('10.1.0.1'));
  const modest = Array.from({ length: 20 }, (_, no) => silent(`10.2.0.${no}`));
  const newcomers = Array.from({ length: 20 }, (_, no) => silent(`10.3.0.${no}`));
  expect([states(modest), states(newcomers), sockets.pending]).toEqual([['pending'], ['pending'], maxPending]);
  expect(count(greedy, 'rejected')).toBe(20);
});

test('when each address has one socket, rejects one by chance', () => {
  const refusedOf = (seed: number): string => {
    const { silent } = createSocketsRig(seed);
    const all = Array.from({ length: maxPending + 3 }, (_, no) => silent(`10.0.${no >> 8}.${no & 255}`));
    return all.flatMap(({ state }, no) => (state === 'rejected' ? [no] : [])).join();
  };
  expect(new Set([1, 2, 3, 4, 5].map(refusedOf)).size).toBe(5);
});

test('rejects a socket that is not authenticated in time', () => {
  const { clock, sockets, client, silent } = createSocketsRig();
  const all = [client('10.0.0.1'), client('127.0.0.1'), silent('10.0.0.2')];
  for (const { socket } of all) sockets.handshakeDone(socket);
  clock.advance(timeMs - 1);
  expect(count(all, 'rejected')).toBe(0);
  clock.advance(1);
  expect([states(all), sockets.active]).toEqual([['rejected'], 0]);
});

test.each(['127.0.0.1', '10.0.0.1'])(
  'when all slots are held, rejects a socket that takes too long for a step: %s',
  (address) => {
    const { clock, sockets, client, crowd } = createSocketsRig();
    const all = address === '127.0.0.1' ? Array.from({ length: maxActive }, () => client(address)) : crowd(maxActive);
    clock.advance(stepMs - sweepMs);
    const [busy, ...idle] = all;
    if (busy) sockets.handshakeDone(busy.socket);
    // One of each address holds as much as the one that comes.
    const late = client(address === '127.0.0.1' ? address : '10.0.0.5');
    clock.advance(sweepMs - 1);
    expect([states(all), late.state]).toEqual([['active'], 'pending']);
    clock.advance(1);
    expect([busy?.state, late.state, count(idle, 'rejected')]).toEqual(['active', 'active', 1]);
  },
);

test('when an address holds its share, its slow socket gives up the slot for its next one', () => {
  const { clock, client, clients } = createSocketsRig();
  const idle = clients(socketsPerAddress, '10.0.0.1');
  const late = client('10.0.0.1');
  clock.advance(stepMs);
  expect([late.state, count(idle, 'rejected')]).toEqual(['active', 1]);
});

test('while no socket waits for a slot, rejects none for taking long', () => {
  const { clock, crowd } = createSocketsRig();
  const common = crowd(maxActive);
  clock.advance(timeMs - 1);
  expect(states(common)).toEqual(['active']);
});

test('rejects a socket that sends too much before it is authenticated, at the next sweep', () => {
  const { clock, client, silent } = createSocketsRig();
  const [modest, greedy, dripping] = [client('10.0.0.1'), client('127.0.0.1'), silent('10.0.0.2')];
  modest.readBytes(bytes);
  greedy.readBytes(bytes + 1);
  dripping.readBytes(bytes + 1);
  clock.advance(sweepMs);
  expect([modest.state, greedy.state, dripping.state]).toEqual(['active', 'rejected', 'rejected']);
});
