import { expect, type TestContext, test } from 'vitest';
import { type LanpeerNode, makeNetworkKey, type SessionChange, type Via } from '../../../src/index.ts';
import { makeBreakableNode } from '../../support/breakable-node.ts';
import { connect, nextChange, recordChanges } from '../../support/nodes.ts';

/** A link over WebRTC alone that ends is a time without a link; else one over TLS takes its place. */
const ways: readonly { readonly transports: readonly Via[] }[] = [
  { transports: ['webrtc'] },
  { transports: ['webrtc', 'tls'] },
];

async function startPair(transports: readonly Via[], onTestFinished: TestContext['onTestFinished']) {
  const access = { networkKey: makeNetworkKey() };
  const make = (name: string) => makeBreakableNode({ access, name, transports });
  const [a, b] = [make('a'), make('b')];
  onTestFinished(async () => {
    await Promise.all([a.node.stop(), b.node.stop()]);
  });
  await Promise.all([a.node.start(), b.node.start()]);
  await connect(a.node, b.node);
  return { a, b };
}

/** Sends numbers until told to stop; what the other side gets is noted. */
function exchange(from: LanpeerNode, to: LanpeerNode) {
  const got: unknown[] = [];
  const fates: Promise<string>[] = [];
  let going = true;
  to.handle('n', ({ data }) => got.push(data));
  async function send(least: number): Promise<number> {
    let n = 0;
    for (; going || n < least; n += 1) {
      const { delivered } = await from.send(to.id, 'n', n % 1_000 === 0 ? new Uint8Array(100_000).fill(n % 251) : n);
      fates.push(delivered);
      // Others have to have their turn: the loop by itself would never let the event loop come round.
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return n;
  }
  return {
    got,
    fates,
    send,
    end() {
      going = false;
    },
  };
}

// Without a link a pair waits for its back-off: the other pairs run then.
test.concurrent.for(ways)(
  'two hundred cuts while both sides send 100,000 messages: none lost, none doubled, in order: $transports',
  { timeout: 360_000 },
  async ({ transports }, { onTestFinished }) => {
    const { a, b } = await startPair(transports, onTestFinished);
    const changes = recordChanges(a.node);
    const sessions: SessionChange[] = [];
    a.node.sessions$.subscribe((change) => sessions.push(change));
    const [there, back] = [exchange(a.node, b.node), exchange(b.node, a.node)];
    const sending = Promise.all([there.send(100_000), back.send(100_000)]);
    for (let cut = 0; cut < 200; cut += 1) {
      const again = nextChange(a.node, ({ state }) => state === 'connected');
      // Alternately one side and the other loses its end first.
      expect((cut % 2 === 0 ? a : b).breakLinks()).toBe(true);
      await again;
    }
    there.end();
    back.end();
    const counts = await sending;
    for (const [at, way] of [there, back].entries()) {
      expect(new Set(await Promise.all(way.fates))).toEqual(new Set(['delivered']));
      expect(way.got).toHaveLength(counts[at] ?? 0);
      const wrong = way.got.findIndex((data, n) =>
        n % 1_000 === 0 ? !(data instanceof Uint8Array && data[0] === n % 251 && data.length === 100_000) : data !== n,
      );
      expect(wrong).toBe(-1);
    }
    expect(sessions.filter(({ change }) => change === 'ended' || change === 'gap')).toEqual([]);
    const connected = changes.filter(({ state }) => state === 'connected');
    expect(connected.length).toBeGreaterThanOrEqual(200);
    // While one link takes the place of another there is no time without one.
    const returned = connected.filter(({ previous }) => previous !== 'connected');
    expect(sessions.filter(({ change }) => change === 'resumed')).toHaveLength(returned.length);
    if (transports.length === 1) expect(returned).toEqual(connected);
    else expect(returned.length).toBeLessThan(connected.length / 2);
  },
);

test.concurrent.for(ways)(
  'a message of 100 MB goes on where it was after every cut: $transports',
  { timeout: 360_000 },
  async ({ transports }, { onTestFinished }) => {
    const { a, b } = await startPair(transports, onTestFinished);
    const bytes = new Uint8Array(100_000_000).map((_, at) => at % 253);
    const arrived = new Promise<Uint8Array>((resolve) => {
      b.node.handle('large', ({ data }) => resolve(data as Uint8Array));
    });
    let sent = 0;
    a.node.transfers$.subscribe(({ direction, bytes: received }) => {
      if (direction === 'out') sent = received;
    });
    const { delivered } = await a.node.send(b.node.id, 'large', bytes);
    let over = false;
    void delivered.then(() => {
      over = true;
    });
    const before: number[] = [];
    while (!over) {
      const reached = sent;
      await new Promise<void>((resolve) => {
        const subscription = a.node.transfers$.subscribe(({ bytes: received, total }) => {
          if (received < Math.min(total, reached + 8_000_000)) return;
          subscription.unsubscribe();
          resolve();
        });
      });
      if (sent === bytes.byteLength || sent > 95_000_000) break;
      before.push(sent);
      const again = nextChange(a.node, ({ state }) => state === 'connected');
      a.breakLinks();
      await again;
    }
    expect(await delivered).toBe('delivered');
    expect(Buffer.compare(await arrived, bytes)).toBe(0);
    expect(before.length).toBeGreaterThan(5);
    expect(before).toEqual([...before].sort((one, other) => one - other));
  },
);
