// LANPEER_KEY=... node --watch main.js    and open http://127.0.0.1:3000/peers; a new run leaves nothing of the old one behind
import { createNode } from 'lanpeer';
import { startService } from './service.js';

const node = createNode({ name: 'web', access: { networkKey: process.env.LANPEER_KEY } });
node.handle('said', ({ senderId, data }) => console.log(node.peers.get(senderId)?.name, data.text));
await node.start();
const service = await startService(node, { port: 3000 });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void service.stop());
