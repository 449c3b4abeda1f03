// Four nodes meet and stop; prints what still keeps this process alive when it ends by itself.
import { createNode, makeNetworkKey } from '../../src/index.ts';

const access = { networkKey: makeNetworkKey() };
const nodes = [1, 2, 3, 4].map(() => createNode({ access, interfaces: ['127.0.0.1'] }));
const complete = nodes.map(
  (node) =>
    new Promise<void>((resolve) => {
      node.peers$.subscribe((peers) => {
        if (peers.size === 3) resolve();
      });
    }),
);
await Promise.all(nodes.map((node) => node.start()));
await Promise.all(complete);
await Promise.all(nodes.map((node) => node.stop()));
process.once('beforeExit', () => {
  // Pipes are this process's own standard streams.
  process.stdout.write(JSON.stringify(process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap')));
});
