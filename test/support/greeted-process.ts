// A node in a process of its own that keeps its identity, says what it was sent, and ends with its parent.
import { createNode } from '../../src/index.ts';

const [, , networkKey = '', stateDir = '', port = '0', transport = 'webrtc'] = process.argv;
const node = createNode({
  name: 'there',
  access: { networkKey },
  stateDir,
  port: Number(port),
  interfaces: ['127.0.0.1'],
  discovery: false,
  transports: [transport as 'webrtc' | 'tls'],
});
node.handle('greeting', ({ data }) => void process.send?.({ greeting: data }));
node.respond('question', ({ data }) => data);
process.on('disconnect', () => process.exit());
await node.start();
process.send?.({ id: node.id, port: node.port });
