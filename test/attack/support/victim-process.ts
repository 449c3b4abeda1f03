// A node with options that the command line has not, behind the same lines: `ready`, `message`, `session`, responses.
import { createInterface } from 'node:readline';
import { createNode, type NodeOptions } from '../../../src/index.ts';
import { writeLine } from './lines.ts';
import { sendUntilFull } from './send-until-full.ts';

const options: Pick<NodeOptions, 'access'> & Partial<NodeOptions> = JSON.parse(process.argv[2] ?? '{}');
const node = createNode(options);
node.respond('echo', ({ data }) => data);
node.handleAll(({ senderId, type }) => writeLine({ event: 'message', from: senderId, type }));
node.sessions$.subscribe(({ id, change }) => writeLine({ event: 'session', id, change }));
node.errors$.subscribe(({ code, message }) => writeLine({ event: 'error', code, message }));
const sendTo = process.argv[3];
if (sendTo !== undefined) sendUntilFull(node, sendTo);
await node.start();
writeLine({ event: 'ready', id: node.id, port: node.port });
for await (const line of createInterface({ input: process.stdin })) {
  const { ref } = JSON.parse(line) as { readonly ref: number };
  writeLine({ event: 'response', ref, ok: true, data: node.stats() });
}
