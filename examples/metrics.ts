// A node whose figures Prometheus can read. The HTTP server is the program's own, on the loopback interface.
//   node examples/metrics.ts [PORT, default 9464]
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNode, makeNetworkKey } from '../src/index.ts';
import { createMetrics } from '../src/metrics/index.ts';

const access = { networkKey: process.env['LANPEER_KEY'] ?? makeNetworkKey() };
const node = createNode({ name: 'desk', access, interfaces: ['127.0.0.1'] });
const metrics = createMetrics(node, { perPeer: true });
await node.start();

const server = createServer((request, response) => {
  if (request.url !== '/metrics') {
    response.writeHead(404).end();
    return;
  }
  metrics.text().then(
    (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(Number(process.argv[2] ?? 9464), '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
metrics.stop();
server.close();
server.closeAllConnections();
await node.stop();
