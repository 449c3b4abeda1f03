// An ordinary peer: asks the victim for an echo every 100 ms, and tells how long each answer took and when the link was lost.
import { setTimeout as pause } from 'node:timers/promises';
import { createNode } from '../../../src/index.ts';
import { writeLine } from './lines.ts';
import type { Target } from './target.ts';

const everyMs = 100;
const {
  id,
  port,
  networkKey,
  byMdns = false,
}: Target & { readonly byMdns?: boolean } = JSON.parse(process.argv[2] ?? '{}');
const node = createNode({ name: 'ordinary', access: { networkKey }, interfaces: ['127.0.0.1'], discovery: byMdns });
let wasConnected = false;
node.peers$.subscribe((peers) => {
  const isConnected = peers.has(id);
  if (isConnected !== wasConnected) writeLine({ event: isConnected ? 'connected' : 'lost', at: Date.now() });
  wasConnected = isConnected;
});
node.connections$.subscribe(({ state, reason, via }) => writeLine({ event: 'connection', state, reason, via }));

async function ask(no: number): Promise<void> {
  const begun = Date.now();
  const answer: unknown = await node.request(id, 'echo', no, { timeout: 120_000 }).catch(() => undefined);
  // The request may have waited behind this process itself: what counts is how late the answer was for the requester.
  writeLine({ event: answer === no ? 'answer' : 'unanswered', at: begun, ms: Date.now() - begun });
}

await node.start();
if (!byMdns) await node.connect({ address: '127.0.0.1', port, id });
for (let no = 0; ; no += 1) {
  void ask(no);
  await pause(everyMs);
}
