// Many nodes in one process form a full mesh by mDNS on loopback; how long that takes, and what is left after they stop.
// With --partition the mesh is cut into halves for so many milliseconds, and what the healing takes is measured; that
// needs namespaces: bench/mesh-partition.sh.
//   node bench/mesh.ts [--nodes 20] [--partition 20000]
import { makeNetworkKey } from '../src/index.ts';
import { createMesh } from './support/mesh.ts';
import { measurePartition } from './support/partition.ts';
import { numberOption } from './support/statistics.ts';

const count = numberOption('nodes', 20);
const cutMs = numberOption('partition', 0);

async function measureMesh(): Promise<void> {
  const mesh = createMesh({ nodes: count, total: count, networkKey: makeNetworkKey(), address: '127.0.0.1' });
  let retries = 0;
  let losses = 0;
  for (const node of mesh.nodes) {
    node.connections$.subscribe(({ state, previous, attempt }) => {
      if (state === 'connected' && attempt > 1) retries += 1;
      if (previous === 'connected' && state === 'failed') losses += 1;
    });
  }

  const begun = performance.now();
  const complete = mesh.whole();
  await mesh.start();
  await complete;
  const links = (count * (count - 1)) / 2;
  console.log(
    `${count} nodes, ${links} connections: full mesh after ${((performance.now() - begun) / 1_000).toFixed(2)} s`,
  );

  await new Promise((resolve) => setTimeout(resolve, 10_000));
  console.log(
    `10 s later ${mesh.ends() / 2} connections; connected after a retry: ${retries}; lost on the way: ${losses}`,
  );

  const stopping = performance.now();
  await mesh.stop();
  console.log(`all stopped after ${(performance.now() - stopping).toFixed(0)} ms`);
}

await (cutMs > 0 ? measurePartition(count, cutMs) : measureMesh());
process.once('beforeExit', () => {
  console.log(`the process ends by itself; left: ${JSON.stringify(process.getActiveResourcesInfo())}`);
});
