import { expect, test } from 'vitest';
import { reportOf, startWithPeers } from '../../support/delivery-peers.ts';

const megabyte = 1_048_576;

test('1,000,000 messages of 100 bytes: none lost, none doubled, in order, and no memory fills', async () => {
  const { node, peers } = await startWithPeers(1);
  const id = peers[0]?.id ?? '';
  const text = 'x'.repeat(70);
  const count = 1_000_000;
  /** Both processes have their engine warm by then. */
  const warm = 100_000;
  let most = 0;
  let before = { here: 0, there: 0 };
  let last: Promise<string> | undefined;
  for (let n = 0; n < count; n += 1) {
    const { delivered } = await node.send(id, 'n', { n, text });
    last = delivered;
    if (n === warm) before = { here: process.memoryUsage.rss(), there: (await reportOf(node, id)).most };
    if (n % 1_000 === 0 && n > warm) most = Math.max(most, process.memoryUsage.rss());
  }
  expect(await last).toBe('delivered');
  const report = await reportOf(node, id);
  expect([report.next, report.wrong]).toEqual([count, 0]);
  expect(node.stats().messages).toMatchObject({ sent: count, delivered: count, undelivered: 0 });
  // A window has 8 MiB; the rest is what the collector leaves lying.
  expect(most - before.here).toBeLessThan(128 * megabyte);
  expect(report.most - before.there).toBeLessThan(128 * megabyte);
}, 180_000);
