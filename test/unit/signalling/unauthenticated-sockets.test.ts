import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createStrangers, type Strangers } from '../../../src/adapters/signalling/server/unauthenticated-sockets.ts';
import { limits } from '../../../src/limits.ts';
import { createSeededRandom } from '../../../src/testing/simulation/seeded-random.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts';

const { sockets, socketsPerAddress, waiting, timeMs, graceMs, hurryMs, sweepMs, bytes, perSecond } = limits.strangers;

interface Guest {
  readonly socket: Socket;
  readonly state: 'waits' | 'inside' | 'refused' | 'gone';
  /** As if so many bytes had come. */
  readBytes(count: number): void;
  /** The other side hangs up. */
  hangUp(): void;
}

function silentGuest(strangers: Strangers, address: string): Guest {
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

const proven = '198.51.100.7';

function make(seed = 1) {
  const clock = createVirtualClock();
  const strangers = createStrangers(clock, (address) => address === proven, createSeededRandom(seed).next);
  const silent = (address: string): Guest => silentGuest(strangers, address);
  const guest = (address: string): Guest => {
    const made = silent(address);
    strangers.ready(made.socket);
    return made;
  };
  return {
    clock,
    strangers,
    silent,
    guest,
    guests: (count: number, address: string): Guest[] => Array.from({ length: count }, () => guest(address)),
    /** One from each of so many addresses. */
    crowd: (count: number, from = 0): Guest[] => Array.from({ length: count }, (_, no) => guest(`10.0.${from}.${no}`)),
  };
}

const count = (guests: readonly Guest[], state: Guest['state']): number =>
  guests.filter((guest) => guest.state === state).length;

const states = (guests: readonly Guest[]): string[] => [...new Set(guests.map(({ state }) => state))];

/** How long a newcomer needs for a slot while others do what they like every few ms. */
function timeToEnter(clock: VirtualClock, newcomer: () => Guest, attack: () => void): number {
  const start = clock.monotonic();
  let guest: Guest | undefined;
  while (guest?.state !== 'inside' && clock.monotonic() - start < 10_000) {
    attack();
    // Who is sent away dials again.
    if (guest === undefined || guest.state === 'refused') guest = newcomer();
    clock.advance(10);
  }
  return clock.monotonic() - start;
}

test('whoever is silent holds no slot, and gets one when it has said something', () => {
  const { strangers, silent } = make();
  const quiet = silent('10.0.0.1');
  expect([quiet.state, strangers.size, strangers.waiting]).toEqual(['waits', 0, 1]);
  strangers.ready(quiet.socket);
  expect([quiet.state, strangers.size, strangers.waiting]).toEqual(['inside', 1, 0]);
});

test('one address holds only so many slots; the next waits for one of them, others do not', () => {
  const { guest, guests } = make();
  const inside = guests(socketsPerAddress, '10.0.0.1');
  const late = guest('10.0.0.1');
  expect([states(inside), late.state, guest('10.0.0.2').state]).toEqual([['inside'], 'waits', 'inside']);
  inside[3]?.hangUp();
  expect(late.state).toBe('inside');
});

test('strangers, and loopback with proven peers, have each their own slots', () => {
  const { strangers, guests, crowd } = make();
  expect(states(crowd(sockets))).toEqual(['inside']);
  expect(states([...guests(sockets / 2, '127.0.0.1'), ...guests(sockets / 2, proven)])).toEqual(['inside']);
  expect(states([...guests(1, '10.1.0.1'), ...guests(1, '127.0.0.1'), ...guests(1, '::1')])).toEqual(['waits']);
  expect([strangers.size, strangers.waiting]).toEqual([2 * sockets, 3]);
});

test('for the favoured only the number in all is a cap', () => {
  const { guests } = make();
  expect(states(guests(sockets, '127.0.0.1'))).toEqual(['inside']);
  expect(states(guests(1, '127.0.0.1'))).toEqual(['waits']);
});

test('where too many wait somebody of the greediest address goes, whoever came last', () => {
  const { strangers, silent } = make();
  const greedy = Array.from({ length: waiting - 20 }, () => silent('10.1.0.1'));
  const modest = Array.from({ length: 20 }, (_, no) => silent(`10.2.0.${no}`));
  const newcomers = Array.from({ length: 20 }, (_, no) => silent(`10.3.0.${no}`));
  expect([states(modest), states(newcomers), strangers.waiting]).toEqual([['waits'], ['waits'], waiting]);
  expect(count(greedy, 'refused')).toBe(20);
});

test('where each address has one socket the one that goes is chosen by chance', () => {
  const refusedOf = (seed: number): string => {
    const { silent } = make(seed);
    const all = Array.from({ length: waiting + 3 }, (_, no) => silent(`10.0.${no >> 8}.${no & 255}`));
    return all.flatMap(({ state }, no) => (state === 'refused' ? [no] : [])).join();
  };
  expect(new Set([1, 2, 3, 4, 5].map(refusedOf)).size).toBe(5);
});

test('a slot goes to the address that holds fewest, then to the one that had none for longest', () => {
  const { guest, guests } = make();
  const all = [1, 2, 3, 4].map((no) => guests(socketsPerAddress, `10.1.0.${no}`));
  const again = guest('10.1.0.1');
  const fresh = guest('10.2.0.1');
  all[0]?.[0]?.hangUp();
  expect([fresh.state, again.state]).toEqual(['inside', 'waits']);
  all[1]?.[0]?.hangUp();
  expect(again.state).toBe('inside');
});

test('a full room yields to an address that holds fewer, once the others had their time', () => {
  const { clock, guest, guests, crowd } = make();
  const greedy = guests(socketsPerAddress, '10.1.0.1');
  const others = crowd(sockets - socketsPerAddress);
  const newcomer = guest('10.2.0.1');
  clock.advance(graceMs - 1);
  expect(newcomer.state).toBe('waits');
  clock.advance(1);
  expect([newcomer.state, count(greedy, 'refused'), states(others)]).toEqual(['inside', 1, ['inside']]);
});

test('of many addresses with one handshake each nobody is sent away while it takes 0.45 s', () => {
  const { clock, crowd } = make();
  const all = crowd(2 * sockets);
  clock.advance(450);
  const [early, late] = [all.slice(0, sockets), all.slice(sockets)];
  expect([states(early), states(late)]).toEqual([['inside'], ['waits']]);
  for (const one of early) one.hangUp();
  expect(states(late)).toEqual(['inside']);
});

test('neither at a loopback address nor at one that is proven can anybody keep the others out', () => {
  const { clock, guest, guests } = make();
  guests(sockets + waiting, '127.0.0.1');
  const peer = guest(proven);
  const stranger = guest('10.0.0.1');
  expect([peer.state, stranger.state]).toEqual(['waits', 'inside']);
  clock.advance(graceMs);
  expect(peer.state).toBe('inside');
});

test.each([3, 10, 50, 250])('%i addresses keep a newcomer out for 2 s at most, whatever they do', (addresses) => {
  const from = (no: number): string => `10.1.0.${no % addresses}`;
  const attacks: Record<string, (world: ReturnType<typeof make>, turn: number) => void> = {
    silent({ silent }, turn) {
      for (let no = 0; no < 20; no += 1) silent(from(turn * 20 + no));
    },
    'slow TLS'({ guest }, turn) {
      for (let no = 0; no < 20; no += 1) guest(from(turn * 20 + no));
    },
    'TLS and nothing else'({ guest, strangers }, turn) {
      for (let no = 0; no < 20; no += 1) strangers.hurryNoMore(guest(from(turn * 20 + no)).socket);
    },
    churn({ guest }, turn) {
      for (let no = 0; no < 20; no += 1) guest(from(turn * 20 + no)).hangUp();
    },
  };
  for (const [name, attack] of Object.entries(attacks))
    for (let seed = 1; seed <= 3; seed += 1) {
      const world = make(seed);
      let turn = 0;
      const once = (): void => {
        turn += 1;
        attack(world, turn);
      };
      for (let n = 0; n < 100; n += 1) {
        once();
        world.clock.advance(10);
      }
      const ms = timeToEnter(world.clock, () => world.guest('10.9.0.1'), once);
      expect(ms, `${name}, seed ${seed}`).toBeLessThanOrEqual(2_000);
      world.strangers.stop();
    }
});

test('so many handshakes begin in a second, whoever asks for them', () => {
  const { clock, guest } = make();
  let entered = 0;
  for (let no = 0; no < 10 * perSecond; no += 1) {
    const one = guest(`10.0.${no >> 8}.${no & 255}`);
    if (one.state === 'inside') entered += 1;
    one.hangUp();
  }
  expect(entered).toBe(perSecond);
  const late = guest('10.9.0.1');
  expect(late.state).toBe('waits');
  clock.advance(Math.ceil(1_000 / perSecond));
  expect(late.state).toBe('inside');
});

test('who is not authenticated in time is refused', () => {
  const { clock, strangers, guest, silent } = make();
  const all = [guest('10.0.0.1'), guest('127.0.0.1'), silent('10.0.0.2')];
  for (const { socket } of all) strangers.hurryNoMore(socket);
  clock.advance(timeMs - 1);
  expect(count(all, 'refused')).toBe(0);
  clock.advance(1);
  expect([states(all), strangers.size]).toEqual([['refused'], 0]);
});

test('time inside counts from the moment of getting in', () => {
  const { clock, strangers, guest, guests } = make();
  const inside = guests(socketsPerAddress, '10.0.0.1');
  for (const { socket } of inside) strangers.hurryNoMore(socket);
  const late = guest('10.0.0.1');
  clock.advance(hurryMs - sweepMs);
  inside[0]?.hangUp();
  expect(late.state).toBe('inside');
  clock.advance(timeMs - sweepMs);
  expect(late.state).toBe('inside');
  clock.advance(sweepMs);
  expect([late.state, strangers.size]).toEqual(['refused', 0]);
});

test.each(['127.0.0.1', '10.0.0.1'])('in a full room who takes too long for a step goes: %s', (address) => {
  const { clock, strangers, guest, crowd } = make();
  const all = address === '127.0.0.1' ? Array.from({ length: sockets }, () => guest(address)) : crowd(sockets);
  clock.advance(hurryMs - sweepMs);
  const [busy, ...idle] = all;
  if (busy) strangers.hurryNoMore(busy.socket);
  // One of each address holds as much as the one that comes.
  const late = guest(address === '127.0.0.1' ? address : '10.0.0.5');
  clock.advance(sweepMs - 1);
  expect([states(all), late.state]).toEqual([['inside'], 'waits']);
  clock.advance(1);
  expect([busy?.state, late.state, count(idle, 'refused')]).toEqual(['inside', 'inside', 1]);
});

test('at its cap, too, an address gives up a slot that is held for nothing', () => {
  const { clock, guest, guests } = make();
  const idle = guests(socketsPerAddress, '10.0.0.1');
  const late = guest('10.0.0.1');
  clock.advance(hurryMs);
  expect([late.state, count(idle, 'refused')]).toEqual(['inside', 1]);
});

test('while nobody waits, nobody is hurried', () => {
  const { clock, crowd } = make();
  const common = crowd(sockets);
  clock.advance(timeMs - 1);
  expect(states(common)).toEqual(['inside']);
});

test('who sends too much before it is authenticated is refused at the next look', () => {
  const { clock, guest, silent } = make();
  const [modest, greedy, dripping] = [guest('10.0.0.1'), guest('127.0.0.1'), silent('10.0.0.2')];
  modest.readBytes(bytes);
  greedy.readBytes(bytes + 1);
  dripping.readBytes(bytes + 1);
  clock.advance(sweepMs);
  expect([modest.state, greedy.state, dripping.state]).toEqual(['inside', 'refused', 'refused']);
});

test('who is authenticated is no stranger: it makes room, and no limit ends it', () => {
  const { clock, strangers, guest, guests } = make();
  const peers = guests(socketsPerAddress, '10.0.0.1');
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
  const { clock, strangers, guests } = make();
  const all = guests(sockets + 4, '127.0.0.1');
  strangers.stop();
  await clock.advanceAsync(0);
  expect([states(all), strangers.size, strangers.waiting, clock.pending]).toEqual([['gone'], 0, 0, 0]);
});
