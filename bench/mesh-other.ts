// The other half of the mesh of bench/mesh.ts --partition, in a network namespace of its own.
import { createHalf, type Half } from './support/half.ts';
import type { MeshOptions } from './support/mesh.ts';
import { parent } from './support/rpc.ts';

const post = parent();
// Whoever measures may be ended before its time.
process.once('disconnect', () => process.exit());
post.send('ready');
const half: Half = createHalf('far', (await post.next('create')) as MeshOptions);
post.send('created');
for (const what of ['start', 'whole', 'cut', 'heal', 'stop'] as const) {
  post.on(what, () => {
    void (async () => {
      await half[what]();
      post.send(`${what} done`);
    })();
  });
}
post.on('figures', () => post.send('figures', half.figures()));
