import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import type { VirtualClock } from '../../../src/testing/virtual-clock.ts';
import { type Client, createSocketsRig, proven, states } from '../../support/unauthenticated-sockets.ts';

const { sockets: maxActive, waiting: maxPending, graceMs, perSecond, exemptPerSecond } = limits.unauthenticated;

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

test('when many addresses have one handshake each, rejects none that takes 0.45 s', () => {
  const { clock, crowd } = createSocketsRig();
  const all = crowd(2 * maxActive);
  clock.advance(450);
  const [early, late] = [all.slice(0, maxActive), all.slice(maxActive)];
  expect([states(early), states(late)]).toEqual([['active'], ['pending']]);
  for (const one of early) one.close();
  expect(states(late)).toEqual(['active']);
});

test('sockets of loopback or of a proven address do not keep those of other addresses out', () => {
  const { clock, client, clients } = createSocketsRig();
  clients(maxActive + maxPending, '127.0.0.1');
  const peer = client(proven);
  const newcomer = client('10.0.0.1');
  expect([peer.state, newcomer.state]).toEqual(['pending', 'active']);
  clock.advance(graceMs);
  expect(peer.state).toBe('active');
});

test.each([3, 10, 50, 250])('%i hostile addresses keep a newcomer out for 2 s at most', (addresses) => {
  const from = (no: number): string => `10.1.0.${no % addresses}`;
  const attacks: Record<string, (world: ReturnType<typeof createSocketsRig>, turn: number) => void> = {
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
      const world = createSocketsRig(seed);
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
  const { client } = createSocketsRig();
  let active = 0;
  for (let no = 0; no < 10 * exemptPerSecond; no += 1) {
    const one = client(proven);
    if (one.state === 'active') active += 1;
    one.close();
  }
  expect(active).toBe(exemptPerSecond);
});

test('begins so many handshakes in a second, of however many addresses', () => {
  const { clock, client } = createSocketsRig();
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
