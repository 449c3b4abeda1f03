// The process at the other end of bench/messages.ts.
import { createNode } from '../src/index.ts';
import { serveLanpeer } from './support/lanpeer-implementation.ts';
import { serveRaw } from './support/raw-implementation.ts';
import { parent } from './support/rpc.ts';
import { serveWs } from './support/ws-implementation.ts';

const rpc = parent();
const networkKey = String(await rpc.next('key'));
const node = createNode({ name: 'other', access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
serveLanpeer(node, rpc);
rpc.on('raw', () => void serveRaw(rpc));
rpc.on('ws', () => void serveWs(rpc));
rpc.on('stop', () => void node.stop().then(() => process.disconnect()));
await node.start();
rpc.send('ready', { id: node.id, port: node.port });
