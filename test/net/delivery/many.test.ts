import { expect, test } from 'vitest';
import { reportOf, startWithPeers } from '../../support/delivery-peers.ts';

const megabyte = 1_048_576;
/** More of them, or larger ones: `LANPEER_MESSAGES=700000 LANPEER_MESSAGE_BYTES=16000` are 11 GB. */
const count = Number(process.env['LANPEER_MESSAGES'] ?? 1_000_000);
const bytes = Number(process.env['LANPEER_MESSAGE_BYTES'] ?? 100);
const timeout = 180_000 + (count * bytes) / 2_000;

test(`${count} messages of ${bytes} bytes: none lost, none doubled, in order, and no memory fills`, {
  timeout,
}, async () => {
  const { node, peers } = await startWithPeers(1);
  const id = peers[0]?.id ?? '';
  // The number before it and what CBOR and a frame add.
  const text = 'x'.repeat(bytes - 30);
  /** Both processes have their engine warm by then. */
  const warm = count / 10;
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
});
