// Shows the machines of a node to an inspector of Stately's, over a WebSocket; nothing is sent to stately.ai. Another node
// comes, hears hello, and leaves.
//   node examples/stately-inspector.ts ws://127.0.0.1:8080
import { createWebSocketInspector } from '@statelyai/inspect';
import { createNode, makeNetworkKey } from '../src/index.ts';

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error('usage: node examples/stately-inspector.ts URL');
const inspector = createWebSocketInspector({ url });

const access = { networkKey: process.env['LANPEER_KEY'] ?? makeNetworkKey() };
const desk = createNode({ name: 'desk', access, interfaces: ['127.0.0.1'], inspect: inspector.inspect });
const shelf = createNode({ name: 'shelf', access, interfaces: ['127.0.0.1'] });
await Promise.all([desk.start(), shelf.start()]);
await desk.connect({ address: '127.0.0.1', port: shelf.port, id: shelf.id });
await (await desk.send(shelf.id, 'hello', { text: 'Hi' })).delivered;
await Promise.all([desk.stop(), shelf.stop()]);

// It hands events over when the event loop comes round. Where nothing listens at the URL, it tries again for ever.
await new Promise((resolve) => setTimeout(resolve, 0));
inspector.stop();
