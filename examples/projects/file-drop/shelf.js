// LANPEER_KEY=... node shelf.js FOLDER          takes what others drop
// LANPEER_KEY=... node shelf.js FOLDER FILE     drops a file at the first peer that is there
import { createNode } from 'lanpeer';
import { drop, takeDrops } from './drop.js';

const [folder = '.', file] = process.argv.slice(2);
const node = createNode({ access: { networkKey: process.env.LANPEER_KEY } });
takeDrops(node, folder, { dropped: (path, about) => console.log(path, about) });
process.once('SIGINT', () => void node.stop());
await node.start();
if (file !== undefined) {
  const id = await new Promise((resolve) => {
    node.peers$.subscribe((peers) => peers.size > 0 && resolve([...peers.keys()][0]));
  });
  await drop(node, id, file);
  await node.stop();
}
