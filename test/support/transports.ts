import { expect } from 'vitest';
import { type ConnectionChange, type LanpeerNode, makeNetworkKey, type NodeOptions } from '../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../src/testing/index.ts';
import { whenTestEnds } from './hooks.ts';

const access = { networkKey: makeNetworkKey() };
const stops: (() => Promise<void>)[] = [];

whenTestEnds(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Transports = NonNullable<NodeOptions['transports']>;

/** Two connected nodes, with the transports that each may use. */
export async function setUpTransports(first?: Transports, second: Transports | undefined = first) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const make = (name: string, transports: Transports | undefined) => {
    const node = network.createNode({ name, access, ...(transports && { transports }) });
    const changes: ConnectionChange[] = [];
    node.connections$.subscribe((change) => changes.push(change));
    stops.push(async () => {
      const stopped = node.stop();
      await clock.advanceAsync(10_000);
      await stopped;
      expect(network.open).toEqual({ links: 0, wires: 0 });
    });
    return { node, changes };
  };
  const [one, other] = [make('one', first), make('other', second)];
  const received: number[] = [];
  other.node.handle('n', ({ data }) => received.push(data as number));
  let sent = 0;
  /** So many messages, some time between each. */
  async function send(count: number, everyMs: number): Promise<void> {
    for (let no = 0; no < count; no += 1) {
      await one.node.send(other.node.id, 'n', sent);
      sent += 1;
      await clock.advanceAsync(everyMs);
    }
  }
  return {
    clock,
    network,
    one,
    other,
    send,
    received,
    expectAll: () => expect(received).toEqual(Array.from({ length: sent }, (_, no) => no)),
    /** Changes by which a peer left. */
    lost: () => [...one.changes, ...other.changes].filter(({ state }) => state === 'failed' || state === 'closed'),
    vias: ({ changes }: typeof one) => changes.flatMap(({ via }) => (via ? [via] : [])),
    start: () => Promise.all([one.node.start(), other.node.start()]),
  };
}

export const viaOf = (node: LanpeerNode, id: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    node.peers$.subscribe((peers) => resolve(peers.get(id)?.via)).unsubscribe();
  });
