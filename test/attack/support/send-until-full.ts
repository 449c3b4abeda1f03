import { LanpeerError, type LanpeerNode } from '../../../src/index.ts';
import { writeLine } from './lines.ts';

/** One that goes alone, whose memory is there before an attack begins, and those behind it. */
const large = { data: new Uint8Array(50_000_000).fill(1) };
const small = { data: new Uint8Array(100) };

/**
 * Sends to each peer of that name what its queue takes, and one message more, and writes what a program is told: `full`
 * with the code and what is queued, `waiting` before the last send and `settled` behind it, `connection` at each change.
 */
export function sendUntilFull(node: LanpeerNode, name: string): void {
  const ids = new Set<string>();
  node.peers$.subscribe((peers) => {
    for (const peer of peers.values()) {
      if (peer.name !== name || ids.has(peer.id)) continue;
      ids.add(peer.id);
      void send(node, peer.id);
    }
  });
  node.connections$.subscribe(({ id, state, reason, code }) => {
    if (ids.has(id)) writeLine({ event: 'connection', id, state, reason, code });
  });
}

async function send(node: LanpeerNode, id: string): Promise<void> {
  const codeOf = (thrown: unknown): string => (thrown instanceof LanpeerError ? thrown.code : String(thrown));
  try {
    await node.send(id, 'large', large, { borrow: true });
    for (;;) await node.send(id, 'small', small, { wait: false });
  } catch (thrown) {
    writeLine({ event: 'full', id, code: codeOf(thrown), queued: node.stats().peers[id]?.queued });
  }
  writeLine({ event: 'waiting', id });
  const how = await node.send(id, 'small', small).then(() => 'accepted', codeOf);
  writeLine({ event: 'settled', id, how });
}
