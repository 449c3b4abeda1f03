import { expect, test } from 'vitest';
import { limits } from '../../../src/index.ts';
import { reportOf, startWithPeers } from '../../support/delivery-peers.ts';
import { nextChange } from '../../support/nodes.ts';

const megabyte = 1_048_576;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a receiver that is frozen for a minute under full sending fills no memory, and gets everything after it', async () => {
  const { node, peers } = await startWithPeers(1);
  const [peer] = peers;
  if (!peer) throw new Error('one peer was asked for');
  for (let n = 0; n < 20_000; n += 1) await node.send(peer.id, 'n', { n, text: 'x'.repeat(70) });
  const before = process.memoryUsage.rss();
  peer.kill('SIGSTOP');
  let going = true;
  let n = 20_000;
  const sending = (async () => {
    for (; going; n += 1) {
      const { delivered } = await node.send(peer.id, 'n', { n, bytes: new Uint8Array(n % 7 === 0 ? 65_536 : 70) });
      if (!going) return delivered;
    }
    return undefined;
  })();
  const large = node.send(peer.id, 'large', new Uint8Array(20_000_000).fill(7));
  let most = 0;
  for (let second = 0; second < 60; second += 1) {
    await pause(1_000);
    most = Math.max(most, process.memoryUsage.rss());
  }
  // What is accepted is bounded; one more waits. The large one is the program's own, encoded once.
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
}, 120_000);

test('eight frozen receivers do not stop a ninth', async () => {
  const { node, peers } = await startWithPeers(9);
  const [ninth, ...others] = peers;
  if (!ninth) throw new Error('nine peers were asked for');
  for (const peer of others) peer.kill('SIGSTOP');
  for (const { id } of others)
    while (
      await node.send(id, 'n', { n: 0, bytes: new Uint8Array(65_536) }, { wait: false }).then(
        () => true,
        () => false,
      )
    );
  for (const { id } of others)
    await expect(node.send(id, 'n', { n: 0, bytes: new Uint8Array(65_536) }, { wait: false })).rejects.toMatchObject({
      code: 'ERR_BACKPRESSURE',
    });
  let last: Promise<string> | undefined;
  for (let n = 0; n < 50_000; n += 1) last = (await node.send(ninth.id, 'n', { n, text: 'x'.repeat(70) })).delivered;
  expect(await last).toBe('delivered');
  const report = await reportOf(node, ninth.id);
  expect([report.next, report.wrong]).toEqual([50_000, 0]);
}, 120_000);
