// The other worker of the mesh of bench/mesh.ts --partition, in a network namespace of its own.

import type { MeshOptions } from './support/mesh.ts';
import { createMeshWorker, type MeshWorker } from './support/mesh-worker.ts';
import { parent } from './support/rpc.ts';

const rpc = parent();
// The process that measures may end before this one.
process.once('disconnect', () => process.exit());
rpc.send('ready');
const worker: MeshWorker = createMeshWorker('far', (await rpc.next('create')) as MeshOptions);
rpc.send('created');
for (const what of ['start', 'whole', 'cut', 'heal', 'stop'] as const) {
  rpc.on(what, () => {
    void (async () => {
      await worker[what]();
      rpc.send(`${what} done`);
    })();
  });
}
rpc.on('figures', () => rpc.send('figures', worker.figures()));
