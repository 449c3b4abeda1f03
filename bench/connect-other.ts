// The process at the other end of bench/connect.ts.
import { createNode } from '../src/index.ts';
import { openRaw } from './support/raw.ts';
import { parent, sharedNow } from './support/rpc.ts';

const post = parent();
const networkKey = String(await post.next('key'));
const node = createNode({ name: 'other', access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
node.connections$.subscribe(({ state }) => {
  if (state === 'connected' || state === 'closed') post.send(state, sharedNow());
});
await node.start();
async function raw(): Promise<void> {
  const link = await openRaw('answerer', post);
  post.send('raw open', sharedNow());
  await post.next('raw close');
  await link.close();
  post.send('raw closed');
}

post.on('raw', () => void raw());
post.on('stop', () => void node.stop().then(() => process.disconnect()));
post.send('ready', { id: node.id, port: node.port });
