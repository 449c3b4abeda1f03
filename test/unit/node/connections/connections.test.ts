import { expect, test } from 'vitest';
import type { Peer } from '../../../../src/api/peers.ts';
import { Connections } from '../../../../src/node/connections/connections.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

/** Connections whose links are numbers, and the peers that a program sees. */
function setUp() {
  const peers = new Map<string, Peer>();
  const open = new Map<number, object>();
  const connections = new Connections({
    source: {
      peers,
      setPeer: (id: string, peer: Peer | null) => void (peer ? peers.set(id, peer) : peers.delete(id)),
      connection: () => undefined,
    },
    delivery: {
      mailbox: () => ({ link: () => () => undefined }),
      find: () => undefined,
    },
    links: { get: (_: string, no: number) => open.get(no) },
    sessions: { get: () => undefined },
    clock: createVirtualClock(),
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  } as never);
  return {
    connections,
    /** That link is the one which the connection is with. */
    connect(no: number): void {
      open.set(no, {});
      const link = { no, via: 'tls', signalling: null };
      connections.report({
        id: 'a',
        state: 'connected',
        reason: 'opened',
        code: null,
        retry: { attempt: 1, next: null },
        link,
      } as never);
    },
    roundTrip: () => peers.get('a')?.roundTripMs,
  };
}

test('the round-trip time of a peer is that of its link, the first one as it is', () => {
  const { connections, connect, roundTrip } = setUp();
  connect(1);
  expect(roundTrip()).toBeNull();
  connections.measured('a', 1, 8);
  expect(roundTrip()).toBe(8);
});

test('when a link was replaced, its round-trip times do not count', () => {
  const { connections, connect, roundTrip } = setUp();
  connect(1);
  connections.measured('a', 1, 800);
  connect(2);
  expect(roundTrip()).toBeNull();
  connections.measured('a', 1, 800);
  expect(roundTrip()).toBeNull();
  connections.measured('a', 2, 8);
  expect(roundTrip()).toBe(8);
});
