// Many nodes in one process form a full mesh by mDNS on loopback; how long that takes, and what is left after they stop.
//   node bench/mesh.ts [--nodes 20]
import { createNode, type LanpeerNode, makeNetworkKey } from '../src/index.ts';
import { numberOption } from './support/statistics.ts';

const count = numberOption('nodes', 20);
const networkKey = makeNetworkKey();
const nodes: LanpeerNode[] = Array.from({ length: count }, (_, at) =>
  createNode({ name: `node ${at}`, access: { networkKey }, interfaces: ['127.0.0.1'] }),
);
let retries = 0;
let losses = 0;
for (const node of nodes) {
  node.connections$.subscribe(({ state, previous, attempt }) => {
    if (state === 'connected' && attempt > 1) retries += 1;
    if (previous === 'connected' && state === 'failed') losses += 1;
  });
}

function hasAll(node: LanpeerNode): Promise<void> {
  return new Promise((resolve) => {
    const subscription = node.peers$.subscribe((peers) => {
      if (peers.size < count - 1) return;
      queueMicrotask(() => subscription.unsubscribe());
      resolve();
    });
  });
}

const begun = performance.now();
const complete = nodes.map(hasAll);
await Promise.all(nodes.map((node) => node.start()));
await Promise.all(complete);
const links = (count * (count - 1)) / 2;
console.log(
  `${count} nodes, ${links} connections: full mesh after ${((performance.now() - begun) / 1_000).toFixed(2)} s`,
);

await new Promise((resolve) => setTimeout(resolve, 10_000));
let held = 0;
for (const node of nodes) held += node.stats().connections.connected;
console.log(`10 s later ${held / 2} connections; connected after a retry: ${retries}; lost on the way: ${losses}`);

const stopping = performance.now();
await Promise.all(nodes.map((node) => node.stop()));
console.log(`all stopped after ${(performance.now() - stopping).toFixed(0)} ms`);
process.once('beforeExit', () => {
  console.log(`the process ends by itself; left: ${JSON.stringify(process.getActiveResourcesInfo())}`);
});
