import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import {
  createUnauthenticatedSockets,
  type UnauthenticatedSockets,
} from '../../../src/adapters/signalling/server/unauthenticated-sockets.ts';
import { limits } from '../../../src/limits.ts';
import { createSeededRandom } from '../../../src/testing/simulation/seeded-random.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts';

const {
  sockets: maxActive,
  socketsPerAddress,
  waiting: maxPending,
  timeMs,
  graceMs,
  stepMs,
  sweepMs,
  bytes,
  perSecond,
  exemptPerSecond,
} = limits.unauthenticated;

interface Client {
  readonly socket: Socket;
  readonly state: 'pending' | 'active' | 'rejected' | 'closed';
  /** As if so many bytes had come. */
  readBytes(count: number): void;
  /** The other side closes the socket. */
  close(): void;
}

function connect(sockets: UnauthenticatedSockets, address: string): Client {
  let state: Client['state'] = 'pending';
  const fake = Object.assign(new EventEmitter(), {
    remoteAddress: address,
    bytesRead: 0,
    destroy() {
      if (state !== 'rejected') state = 'closed';
      // Like a socket: the close is reported later, not within the call.
      process.nextTick(() => fake.emit('close'));
    },
  });
  const socket = fake as unknown as Socket;
  sockets.add(socket, {
    onSlot() {
      state = 'active';
    },
    onRejected() {
      state = 'rejected';
    },
  });
  return {
    socket,
    get state() {
      return state;
    },
    readBytes(count) {
      fake.bytesRead = count;
    },
    close() {
      state = 'closed';
      fake.emit('close');
    },
  };
}

const proven = '198.51.100.7';

function make(seed = 1) {
  const clock = createVirtualClock();
  const sockets = createUnauthenticatedSockets({
    clock,
    random: createSeededRandom(seed).next,
    isProvenAddress: (address) => address === proven,
  });
  const silent = (address: string): Client => connect(sockets, address);
  const client = (address: string): Client => {
    const made = silent(address);
    sockets.firstRecordReceived(made.socket);
    return made;
  };
  return {
    clock,
    sockets,
    silent,
    client,
    clients: (count: number, address: string): Client[] => Array.from({ length: count }, () => client(address)),
    /** One from each of so many addresses. */
    crowd: (count: number, from = 0): Client[] =>
      Array.from({ length: count }, (_, no) => client(`10.0.${from}.${no}`)),
  };
}

const count = (clients: readonly Client[], state: Client['state']): number =>
  clients.filter((client) => client.state === state).length;

const states = (clients: readonly Client[]): string[] => [...new Set(clients.map(({ state }) => state))];

/** Time until a newcomer gets a slot while the attack goes on every few ms. */
function timeToSlot(clock: VirtualClock, newcomer: () => Client, attack: () => void): number {
  const start = clock.monotonic();
  let client: Client | undefined;
  while (client?.state !== 'active' && clock.monotonic() - start < 10_000) {
    attack();
    // A newcomer that is rejected dials again.
    if (client === undefined || client.state === 'rejected') client = newcomer();
    clock.advance(10);
  }
  return clock.monotonic() - start;
}

test('a client that sends nothing holds no slot, and gets one after its first TLS record', () => {
  const { sockets, silent } = make();
  const quiet = silent('10.0.0.1');
  expect([quiet.state, sockets.active, sockets.pending]).toEqual(['pending', 0, 1]);
  sockets.firstRecordReceived(quiet.socket);
  expect([quiet.state, sockets.active, sockets.pending]).toEqual(['active', 1, 0]);
});

test('when an address holds its share of slots, its next socket waits for one of them, and those of others do not', () => {
  const { client, clients } = make();
  const inside = clients(socketsPerAddress, '10.0.0.1');
  const late = client('10.0.0.1');
  expect([states(inside), late.state, client('10.0.0.2').state]).toEqual([['active'], 'pending', 'active']);
  inside[3]?.close();
  expect(late.state).toBe('active');
});

test('unknown addresses, and loopback with proven addresses, have slots of their own', () => {
  const { sockets, clients, crowd } = make();
  expect(states(crowd(maxActive))).toEqual(['active']);
  expect(states([...clients(maxActive / 2, '127.0.0.1'), ...clients(maxActive / 2, proven)])).toEqual(['active']);
  expect(states([...clients(1, '10.1.0.1'), ...clients(1, '127.0.0.1'), ...clients(1, '::1')])).toEqual(['pending']);
  expect([sockets.active, sockets.pending]).toEqual([2 * maxActive, 3]);
});

test('for exempt addresses only the number in all is a cap', () => {
  const { clients } = make();
  expect(states(clients(maxActive, '127.0.0.1'))).toEqual(['active']);
  expect(states(clients(1, '127.0.0.1'))).toEqual(['pending']);
});

test('when too many are pending, rejects sockets of the address that has most, not the last to come', () => {
  const { sockets, silent } = make();
  const greedy = Array.from({ length: maxPending - 20 }, () => silent('10.1.0.1'));
  const modest = Array.from({ length: 20 }, (_, no) => silent(`10.2.0.${no}`));
  const newcomers = Array.from({ length: 20 }, (_, no) => silent(`10.3.0.${no}`));
  expect([states(modest), states(newcomers), sockets.pending]).toEqual([['pending'], ['pending'], maxPending]);
  expect(count(greedy, 'rejected')).toBe(20);
});

test('when each address has one socket, rejects one by chance', () => {
  const refusedOf = (seed: number): string => {
    const { silent } = make(seed);
    const all = Array.from({ length: maxPending + 3 }, (_, no) => silent(`10.0.${no >> 8}.${no & 255}`));
    return all.flatMap(({ state }, no) => (state === 'rejected' ? [no] : [])).join();
  };
  expect(new Set([1, 2, 3, 4, 5].map(refusedOf)).size).toBe(5);
});

test('a slot goes to the address that holds fewest, then to the one that had none for longest', () => {
  const { client, clients } = make();
  const all = [1, 2, 3, 4].map((no) => clients(socketsPerAddress, `10.1.0.${no}`));
  const again = client('10.1.0.1');
  const fresh = client('10.2.0.1');
  all[0]?.[0]?.close();
  expect([fresh.state, again.state]).toEqual(['active', 'pending']);
  all[1]?.[0]?.close();
  expect(again.state).toBe('active');
});

test('when all slots are held, an address that holds fewer gets one after the grace time of the others', () => {
  const { clock, client, clients, crowd } = make();
  const greedy = clients(socketsPerAddress, '10.1.0.1');
  const others = crowd(maxActive - socketsPerAddress);
  const newcomer = client('10.2.0.1');
  clock.advance(graceMs - 1);
  expect(newcomer.state).toBe('pending');
  clock.advance(1);
  expect([newcomer.state, count(greedy, 'rejected'), states(others)]).toEqual(['active', 1, ['active']]);
});

test('when many addresses have one handshake each, rejects none that takes 0.45 s', () => {
  const { clock, crowd } = make();
  const all = crowd(2 * maxActive);
  clock.advance(450);
  const [early, late] = [all.slice(0, maxActive), all.slice(maxActive)];
  expect([states(early), states(late)]).toEqual([['active'], ['pending']]);
  for (const one of early) one.close();
  expect(states(late)).toEqual(['active']);
});

test('sockets of loopback or of a proven address do not keep those of other addresses out', () => {
  const { clock, client, clients } = make();
  clients(maxActive + maxPending, '127.0.0.1');
  const peer = client(proven);
  const newcomer = client('10.0.0.1');
  expect([peer.state, newcomer.state]).toEqual(['pending', 'active']);
  clock.advance(graceMs);
  expect(peer.state).toBe('active');
});

test.each([3, 10, 50, 250])('%i hostile addresses keep a newcomer out for 2 s at most', (addresses) => {
  const from = (no: number): string => `10.1.0.${no % addresses}`;
  const attacks: Record<string, (world: ReturnType<typeof make>, turn: number) => void> = {
    silent({ silent }, turn) {
      for (let no = 0; no < 20; no += 1) silent(from(turn * 20 + no));
    },
    'slow TLS'({ client }, turn) {
      for (let no = 0; no < 20; no += 1) client(from(turn * 20 + no));
    },
    'TLS and nothing else'({ client, sockets }, turn) {
      for (let no = 0; no < 20; no += 1) sockets.handshakeDone(client(from(turn * 20 + no)).socket);
    },
    churn({ client }, turn) {
      for (let no = 0; no < 20; no += 1) client(from(turn * 20 + no)).close();
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
      const ms = timeToSlot(world.clock, () => world.client('10.9.0.1'), once);
      expect(ms, `${name}, seed ${seed}`).toBeLessThanOrEqual(2_000);
      world.sockets.stop();
    }
});

test('begins so many handshakes in a second of addresses where a peer was proven', () => {
  const { client } = make();
  let active = 0;
  for (let no = 0; no < 10 * exemptPerSecond; no += 1) {
    const one = client(proven);
    if (one.state === 'active') active += 1;
    one.close();
  }
  expect(active).toBe(exemptPerSecond);
});

test('begins so many handshakes in a second, of however many addresses', () => {
  const { clock, client } = make();
  let active = 0;
  for (let no = 0; no < 10 * perSecond; no += 1) {
    const one = client(`10.0.${no >> 8}.${no & 255}`);
    if (one.state === 'active') active += 1;
    one.close();
  }
  expect(active).toBe(perSecond);
  const late = client('10.9.0.1');
  expect(late.state).toBe('pending');
  clock.advance(Math.ceil(1_000 / perSecond));
  expect(late.state).toBe('active');
});

test('rejects a socket that is not authenticated in time', () => {
  const { clock, sockets, client, silent } = make();
  const all = [client('10.0.0.1'), client('127.0.0.1'), silent('10.0.0.2')];
  for (const { socket } of all) sockets.handshakeDone(socket);
  clock.advance(timeMs - 1);
  expect(count(all, 'rejected')).toBe(0);
  clock.advance(1);
  expect([states(all), sockets.active]).toEqual([['rejected'], 0]);
});

test('time with a slot counts from the moment of getting it', () => {
  const { clock, sockets, client, clients } = make();
  const inside = clients(socketsPerAddress, '10.0.0.1');
  for (const { socket } of inside) sockets.handshakeDone(socket);
  const late = client('10.0.0.1');
  clock.advance(stepMs - sweepMs);
  inside[0]?.close();
  expect(late.state).toBe('active');
  clock.advance(timeMs - sweepMs);
  expect(late.state).toBe('active');
  clock.advance(sweepMs);
  expect([late.state, sockets.active]).toEqual(['rejected', 0]);
});

test.each(['127.0.0.1', '10.0.0.1'])(
  'when all slots are held, rejects a socket that takes too long for a step: %s',
  (address) => {
    const { clock, sockets, client, crowd } = make();
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
  const { clock, client, clients } = make();
  const idle = clients(socketsPerAddress, '10.0.0.1');
  const late = client('10.0.0.1');
  clock.advance(stepMs);
  expect([late.state, count(idle, 'rejected')]).toEqual(['active', 1]);
});

test('while no socket waits for a slot, rejects none for taking long', () => {
  const { clock, crowd } = make();
  const common = crowd(maxActive);
  clock.advance(timeMs - 1);
  expect(states(common)).toEqual(['active']);
});

test('rejects a socket that sends too much before it is authenticated, at the next sweep', () => {
  const { clock, client, silent } = make();
  const [modest, greedy, dripping] = [client('10.0.0.1'), client('127.0.0.1'), silent('10.0.0.2')];
  modest.readBytes(bytes);
  greedy.readBytes(bytes + 1);
  dripping.readBytes(bytes + 1);
  clock.advance(sweepMs);
  expect([modest.state, greedy.state, dripping.state]).toEqual(['active', 'rejected', 'rejected']);
});

test('an authenticated socket frees its slot, and no limit ends it', () => {
  const { clock, sockets, client, clients } = make();
  const peers = clients(socketsPerAddress, '10.0.0.1');
  const late = client('10.0.0.1');
  for (const { socket, readBytes } of peers) {
    readBytes(bytes * 100);
    sockets.authenticated(socket);
  }
  expect([late.state, sockets.active]).toEqual(['active', 1]);
  late.close();
  clock.advance(timeMs * 2);
  expect([states(peers), clock.pending]).toEqual([['active'], 0]);
  for (const peer of peers) peer.close();
  expect(sockets.active).toBe(0);
});

test('counts a socket that is rejected and closes once', async () => {
  const { clock, sockets, client } = make();
  client('10.0.0.1').readBytes(bytes + 1);
  const other = client('10.0.0.1');
  await clock.advanceAsync(sweepMs);
  expect([sockets.active, other.state]).toEqual([1, 'active']);
});

test('a stop destroys all sockets, pending ones too, and leaves no timer', async () => {
  const { clock, sockets, clients } = make();
  const all = clients(maxActive + 4, '127.0.0.1');
  sockets.stop();
  await clock.advanceAsync(0);
  expect([states(all), sockets.active, sockets.pending, clock.pending]).toEqual([['closed'], 0, 0, 0]);
});
