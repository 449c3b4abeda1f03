import { makeNetworkKey } from '../../../src/index.ts';
import { createVirtualClock } from '../../../src/testing/index.ts';
import { createMemoryNetwork } from '../../../src/testing/memory-network.ts';
import { createSeeded } from '../../../src/testing/simulation/index.ts';
import { createSky } from '../../../src/testing/simulation/sky.ts';

/** What idling nodes did over that time, with everything but loss as it should be. */
export async function idle(options: {
  readonly nodes: number;
  readonly ms: number;
  readonly loss: number;
  readonly seed: number;
}) {
  const { nodes: count, ms, loss, seed } = options;
  const clock = createVirtualClock();
  const chance = createSeeded(seed);
  const sky = createSky([], chance, () => clock.monotonic());
  const network = createMemoryNetwork({ clock, random: chance.random, weather: sky });
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
  sky.bring({ loss });
  await clock.advanceAsync(ms);
  const kills = lost;
  const stopped = Promise.all(nodes.map((node) => node.stop()));
  await clock.advanceAsync(60_000);
  await stopped;
  return { connected: before, kills };
}
