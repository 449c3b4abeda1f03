// The process at the other end of bench/connect.ts.
import { createNode } from '../src/index.ts';
import { openRaw } from './support/raw.ts';
import { parent, sharedNow } from './support/rpc.ts';

const rpc = parent();
const networkKey = String(await rpc.next('key'));
const node = createNode({ name: 'other', access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
node.connections$.subscribe(({ state }) => {
  if (state === 'connected' || state === 'closed') rpc.send(state, sharedNow());
});
await node.start();
async function raw(): Promise<void> {
  const link = await openRaw('answerer', rpc);
  rpc.send('raw open', sharedNow());
  await rpc.next('raw close');
  await link.close();
  rpc.send('raw closed');
}

rpc.on('raw', () => void raw());
rpc.on('stop', () => void node.stop().then(() => process.disconnect()));
rpc.send('ready', { id: node.id, port: node.port });
