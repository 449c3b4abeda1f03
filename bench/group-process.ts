// A process of the part "group": the node that sends, or its peers.
//   node bench/group-process.ts near|far
import { runGroupFar, runGroupNear } from './support/group.ts';
import { parent } from './support/rpc.ts';

process.once('disconnect', () => process.exit());
await (process.argv[2] === 'far' ? runGroupFar(parent()) : runGroupNear(parent(), 'group-process.ts'));
