import { type LanpeerNode, makeNetworkKey, type NodeOptions, type SessionChange } from '../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../src/testing/index.ts';
import { whenTestEnds } from './hooks.ts';

const stops: (() => Promise<void>)[] = [];

whenTestEnds(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Nodes on a network in memory, on one virtual clock, that are all connected. They are stopped after the test. */
export async function startOnMemory(count: number, options: Partial<Pick<NodeOptions, 'maxMessageBytes'>> = {}) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const access = { networkKey: makeNetworkKey() };
  const nodes = Array.from({ length: count }, (_, at) =>
    network.createNode({ name: `node ${at}`, access, ...options }),
  );
  stops.push(async () => {
    const stopped = Promise.all(nodes.map((node) => node.stop()));
    await clock.advanceAsync(20_000);
    await stopped;
  });
  await Promise.all(nodes.map((node) => node.start()));
  await clock.advanceAsync(3_000);
  return { clock, network, nodes, access };
}

export async function startPairOnMemory(options: Partial<Pick<NodeOptions, 'maxMessageBytes'>> = {}) {
  const { nodes, ...world } = await startOnMemory(2, options);
  const [a, b] = nodes as [LanpeerNode, LanpeerNode];
  return { ...world, a, b };
}

/** What happens to the sessions of a node from now on, and what becomes of promises. */
export function watchSessions(node: LanpeerNode): SessionChange['change'][] {
  const changes: SessionChange['change'][] = [];
  node.sessions$.subscribe(({ change }) => changes.push(change));
  return changes;
}

/** The code with which a promise rejects, 'resolved' if it does not; undefined as long as it does neither. */
export function outcomeOf(promise: Promise<unknown>): { readonly now: unknown } {
  let outcome: unknown;
  promise.then(
    () => {
      outcome = 'resolved';
    },
    (thrown: { readonly code?: unknown }) => {
      outcome = thrown.code;
    },
  );
  return {
    get now() {
      return outcome;
    },
  };
}
