// A node in a process of its own that takes numbered messages and says what it got; ends with its parent.
import { createNode } from '../../src/index.ts';

const [, , networkKey = '', name = ''] = process.argv;
const node = createNode({ name, access: { networkKey }, interfaces: ['127.0.0.1'], discovery: false });
let next = 0;
let wrong = 0;
let most = 0;

node.handle('n', ({ data }) => {
  const { n } = data as { readonly n: number };
  if (n !== next) wrong += 1;
  next = n + 1;
  if (n % 1_000 === 0) most = Math.max(most, process.memoryUsage.rss());
});
node.handle('large', ({ data }) => {
  if (!(data instanceof Uint8Array) || !data.every((byte) => byte === 7)) wrong += 1;
});
node.respond('send', async ({ senderId, data }) => {
  const fates: Promise<string>[] = [];
  for (let n = 0; n < Number(data); n += 1) fates.push((await node.send(senderId, 'n', { n })).delivered);
  return [...new Set(await Promise.all(fates))];
});
node.respond('report', () => ({ next, wrong, most, rss: process.memoryUsage.rss() }));

process.on('disconnect', () => process.exit());
await node.start();
process.send?.({ id: node.id, port: node.port });
