import { makeNetworkKey } from '../../../src/index.ts';
import { createVirtualClock } from '../../../src/testing/index.ts';
import { createMemoryNetwork } from '../../../src/testing/memory-network.ts';
import { createSeededRandom } from '../../../src/testing/simulation/index.ts';
import { createSimulatedConditions } from '../../../src/testing/simulation/network-conditions.ts';

/** Runs idle nodes for that time, with no fault but loss: how many links opened, and how many were lost. */
export async function idle(options: {
  readonly nodes: number;
  readonly ms: number;
  readonly loss: number;
  readonly seed: number;
}) {
  const { nodes: count, ms, loss, seed } = options;
  const clock = createVirtualClock();
  const random = createSeededRandom(seed);
  const conditions = createSimulatedConditions([], random, () => clock.monotonic());
  const network = createMemoryNetwork({ clock, random: random.next, conditions });
  const networkKey = makeNetworkKey();
  const nodes = Array.from({ length: count }, (_, at) => network.createNode({ name: `${at}`, access: { networkKey } }));
  let connected = 0;
  let lost = 0;
  for (const node of nodes)
    node.connections$.subscribe(({ state, previous }) => {
      connected += Number(state === 'connected' && previous !== 'connected');
      lost += Number(previous === 'connected' && state !== 'connected');
    });
  await Promise.all(nodes.map((node) => node.start()));
  await clock.advanceAsync(5_000);
  const before = connected;
  conditions.add({ loss });
  await clock.advanceAsync(ms);
  const lostLinks = lost;
  const stopped = Promise.all(nodes.map((node) => node.stop()));
  await clock.advanceAsync(60_000);
  await stopped;
  return { connected: before, lostLinks };
}
