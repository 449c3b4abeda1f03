// The process at the other end of bench/messages.ts.
import { createNode } from '../src/index.ts';
import { serveLanpeer } from './support/lanpeer-contender.ts';
import { serveRaw } from './support/raw-contender.ts';
import { parent } from './support/rpc.ts';
import { serveWs } from './support/ws-contender.ts';

const post = parent();
const networkKey = String(await post.next('key'));
const node = createNode({ name: 'other', access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
serveLanpeer(node, post);
post.on('raw', () => void serveRaw(post));
post.on('ws', () => void serveWs(post));
post.on('stop', () => void node.stop().then(() => process.disconnect()));
await node.start();
post.send('ready', { id: node.id, port: node.port });
