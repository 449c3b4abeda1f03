import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createStrangers, type Strangers } from '../../../src/adapters/signalling/strangers.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const { sockets, socketsPerAddress, reserved, waiting, timeMs, hurryMs, sweepMs, bytes } = limits.strangers;

interface Guest {
  readonly socket: Socket;
  readonly state: 'waits' | 'inside' | 'refused' | 'gone';
  /** As if so many bytes had come. */
  readBytes(count: number): void;
  /** The other side hangs up. */
  hangUp(): void;
}

function guestOf(strangers: Strangers, address: string): Guest {
  let state: Guest['state'] = 'waits';
  const fake = Object.assign(new EventEmitter(), {
    remoteAddress: address,
    bytesRead: 0,
    destroy() {
      if (state !== 'refused') state = 'gone';
      // Like a socket: whoever destroys it hears of it later.
      process.nextTick(() => fake.emit('close'));
    },
  });
  const socket = fake as unknown as Socket;
  strangers.admit(
    socket,
    () => {
      state = 'inside';
    },
    () => {
      state = 'refused';
    },
  );
  return {
    socket,
    get state() {
      return state;
    },
    readBytes(count) {
      fake.bytesRead = count;
    },
    hangUp() {
      state = 'gone';
      fake.emit('close');
    },
  };
}

function make() {
  const clock = createVirtualClock();
  const strangers = createStrangers(clock, (address) => address.startsWith('198.51.100.'));
  return {
    clock,
    strangers,
    guest: (address: string): Guest => guestOf(strangers, address),
    /** One from each of so many addresses. */
    crowd: (count: number, from = 0): Guest[] =>
      Array.from({ length: count }, (_, no) => guestOf(strangers, `10.0.${from}.${no}`)),
  };
}

const states = (guests: readonly Guest[]): string[] => [...new Set(guests.map(({ state }) => state))];

test('one address holds only so many sockets; the next waits for one of them, others do not', () => {
  const { guest } = make();
  const inside = Array.from({ length: socketsPerAddress }, () => guest('10.0.0.1'));
  const late = guest('10.0.0.1');
  expect([states(inside), late.state, guest('10.0.0.2').state]).toEqual([['inside'], 'waits', 'inside']);
  inside[3]?.hangUp();
  expect(late.state).toBe('inside');
});

test('strangers together never take the slots that are kept for loopback and proven peers', () => {
  const { strangers, guest, crowd } = make();
  expect(states(crowd(sockets - reserved))).toEqual(['inside']);
  expect(guest('10.1.0.1').state).toBe('waits');
  const favoured = Array.from({ length: reserved }, (_, no) => guest(no % 2 ? '127.0.0.1' : '198.51.100.7'));
  expect(states(favoured)).toEqual(['inside']);
  expect([guest('127.0.0.1').state, guest('::1').state]).toEqual(['waits', 'waits']);
  expect([strangers.size, strangers.waiting]).toEqual([sockets, 3]);
});

test('for the favoured only the number in all is a cap, and strangers find no slot then', () => {
  const { guest } = make();
  expect(states(Array.from({ length: sockets }, () => guest('127.0.0.1')))).toEqual(['inside']);
  expect([guest('127.0.0.1').state, guest('10.0.0.1').state]).toEqual(['waits', 'waits']);
});

test('only so many wait; who comes after them is refused', () => {
  const { strangers, guest, crowd } = make();
  crowd(sockets - reserved);
  const queue = crowd(waiting, 1);
  expect([states(queue), strangers.waiting]).toEqual([['waits'], waiting]);
  expect(guest('10.9.0.1').state).toBe('refused');
  queue[0]?.hangUp();
  expect([guest('10.9.0.2').state, strangers.waiting]).toEqual(['waits', waiting]);
});

test('who waits longest comes first, unless its address is over the cap', () => {
  const { guest, crowd } = make();
  const greedy = Array.from({ length: socketsPerAddress }, () => guest('10.1.0.1'));
  const others = crowd(sockets - reserved - socketsPerAddress);
  const again = guest('10.1.0.1');
  const [second, third] = crowd(2, 5);
  others[0]?.hangUp();
  expect([again.state, second?.state, third?.state]).toEqual(['waits', 'inside', 'waits']);
  greedy[0]?.hangUp();
  expect([again.state, third?.state]).toEqual(['inside', 'waits']);
});

test('who is not authenticated in time is refused', () => {
  const { clock, strangers, guest } = make();
  const [slow, local] = [guest('10.0.0.1'), guest('127.0.0.1')];
  strangers.hurryNoMore(slow.socket);
  clock.advance(timeMs - 1);
  expect([slow.state, local.state]).toEqual(['inside', 'inside']);
  clock.advance(1);
  expect([slow.state, local.state, strangers.size]).toEqual(['refused', 'refused', 0]);
});

test('time inside counts from the moment of getting in; who waits for too long is refused', () => {
  const { clock, strangers, guest } = make();
  const inside = Array.from({ length: sockets }, () => guest('127.0.0.1'));
  const [late, never] = [guest('127.0.0.1'), guest('10.0.0.1')];
  clock.advance(timeMs - sweepMs);
  inside[0]?.hangUp();
  expect(late.state).toBe('inside');
  clock.advance(sweepMs);
  expect([states(inside.slice(1)), late.state, never.state]).toEqual([['refused'], 'inside', 'refused']);
  clock.advance(timeMs - sweepMs);
  expect([late.state, strangers.size]).toEqual(['refused', 0]);
});

test('while others wait, who has not finished TLS gives up its slot soon; who has, or is favoured, does not', () => {
  const { clock, strangers, guest, crowd } = make();
  const common = crowd(sockets - reserved);
  const local = guest('127.0.0.1');
  const [busy, ...idle] = common;
  if (busy) strangers.hurryNoMore(busy.socket);
  const late = guest('10.9.0.1');
  clock.advance(hurryMs - 1);
  expect([states(common), late.state]).toEqual([['inside'], 'waits']);
  clock.advance(1);
  expect([busy?.state, local.state, late.state]).toEqual(['inside', 'inside', 'inside']);
  expect(states(idle)).toEqual(['refused']);
});

test('while nobody waits, nobody is hurried', () => {
  const { clock, crowd } = make();
  const common = crowd(sockets - reserved);
  clock.advance(timeMs - 1);
  expect(states(common)).toEqual(['inside']);
});

test('who sends too much before it is authenticated is refused at the next look', () => {
  const { clock, guest } = make();
  const [modest, greedy] = [guest('10.0.0.1'), guest('127.0.0.1')];
  modest.readBytes(bytes);
  greedy.readBytes(bytes + 1);
  clock.advance(sweepMs);
  expect([modest.state, greedy.state]).toEqual(['inside', 'refused']);
});

test('who is authenticated is no stranger: it makes room, and no limit ends it', () => {
  const { clock, strangers, guest } = make();
  const peers = Array.from({ length: socketsPerAddress }, () => guest('10.0.0.1'));
  const late = guest('10.0.0.1');
  for (const { socket, readBytes } of peers) {
    readBytes(bytes * 100);
    strangers.release(socket);
  }
  expect([late.state, strangers.size]).toEqual(['inside', 1]);
  late.hangUp();
  clock.advance(timeMs * 2);
  expect([states(peers), clock.pending]).toEqual([['inside'], 0]);
  for (const peer of peers) peer.hangUp();
  expect(strangers.size).toBe(0);
});

test('a socket that closes twice over is counted once', async () => {
  const { clock, strangers, guest } = make();
  guest('10.0.0.1').readBytes(bytes + 1);
  const other = guest('10.0.0.1');
  await clock.advanceAsync(sweepMs);
  expect([strangers.size, other.state]).toEqual([1, 'inside']);
});

test('a stop ends all of them, those that wait too, and leaves no timer', async () => {
  const { clock, strangers, guest } = make();
  const all = Array.from({ length: sockets + 4 }, () => guest('127.0.0.1'));
  strangers.stop();
  await clock.advanceAsync(0);
  expect([states(all), strangers.size, strangers.waiting, clock.pending]).toEqual([['gone'], 0, 0, 0]);
});
