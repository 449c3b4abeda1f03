import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { SlotPool } from '../../../src/adapters/signalling/server/slot-pool.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

test('when more addresses had slots than are remembered, the one of long ago waits for no others', () => {
  const clock = createVirtualClock();
  // One handshake a second; of equal sockets the one that came first.
  const pool = new SlotPool({ clock, random: () => 0, perAddress: 1, perSecond: 1 });
  const slots: string[] = [];
  const request = (address: string): Socket => {
    const socket = { bytesRead: 0, destroy: () => undefined } as unknown as Socket;
    pool.add({ socket, address, onSlot: () => slots.push(address), onRejected: () => undefined });
    pool.requestSlot(socket);
    return socket;
  };
  const useSlot = (address: string): void => {
    const socket = request(address);
    pool.remove(socket);
    clock.advance(1_000);
  };
  /** The address that gets the next slot: the one that came first, or another one that has never had a slot. */
  const nextOf = (address: string, other: string): string | undefined => {
    request('in use');
    const sockets = [request(address), request(other)];
    clock.advance(1_000);
    const next = slots.at(-1);
    pool.stop();
    for (const socket of sockets) pool.remove(socket);
    return next;
  };
  useSlot('first');
  expect(nextOf('first', 'new')).toBe('new');
  clock.advance(1_000);
  for (let no = 0; no < limits.unauthenticated.remembered; no += 1) useSlot(`${no}`);
  expect(nextOf('first', 'another')).toBe('first');
});
