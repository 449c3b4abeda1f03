import { expect } from 'vitest';
import { limits } from '../../src/index.ts';
import { reportOf, startWithPeers } from './delivery-peers.ts';
import { nextChange } from './nodes.ts';

const megabyte = 1_048_576;

/**
 * Freezes a receiver under full sending until its connection has failed so many times: each is a link that is given up,
 * or a dial that is. No memory fills meanwhile, and everything arrives when the receiver goes on.
 */
export async function freezeUnderLoad(failures: number): Promise<void> {
  const { node, peers } = await startWithPeers(1);
  const [peer] = peers;
  if (!peer) throw new Error('one peer was asked for');
  for (let n = 0; n < 20_000; n += 1) await node.send(peer.id, 'n', { n, text: 'x'.repeat(70) });
  const before = process.memoryUsage.rss();
  let most = before;
  const measure = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  peer.kill('SIGSTOP');
  let going = true;
  let n = 20_000;
  const sending = (async () => {
    for (; going; n += 1) {
      const { delivered } = await node.send(peer.id, 'n', { n, bytes: new Uint8Array(n % 7 === 0 ? 65_536 : 70) });
      measure();
      if (!going) return delivered;
    }
    return undefined;
  })();
  const large = node.send(peer.id, 'large', new Uint8Array(20_000_000).fill(7));
  for (let failed = 0; failed < failures; failed += 1) {
    await nextChange(node, ({ state }) => state === 'failed');
    measure();
  }
  // What is accepted is bounded; one more waits. The large one is the program's own, encoded once.
  expect(n).toBeGreaterThan(20_000);
  expect(n).toBeLessThan(20_000 + limits.messages.queued + 2);
  expect(most - before).toBeLessThan(128 * megabyte);
  const again = nextChange(node, ({ state }) => state === 'connected');
  peer.kill('SIGCONT');
  await again;
  going = false;
  expect(await sending).toBe('delivered');
  expect(await (await large).delivered).toBe('delivered');
  const report = await reportOf(node, peer.id);
  expect([report.next, report.wrong]).toEqual([n + 1, 0]);
  expect(node.stats().messages.undelivered).toBe(0);
}
