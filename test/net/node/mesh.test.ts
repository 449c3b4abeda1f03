import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { hasPeer, recordChanges, startNodes } from '../../support/nodes.ts';

test('20 nodes in one process form a full mesh by mDNS and keep it', { timeout: 90_000 }, async () => {
  const nodes = await startNodes(20, { discovery: true });
  await Promise.all(
    nodes.flatMap((one) => nodes.filter((other) => other !== one).map((other) => hasPeer(one, other.id))),
  );
  const later = nodes.map(recordChanges);
  const receipts = await Promise.all(
    nodes.flatMap((one) =>
      nodes.filter((other) => other !== one).map((other) => one.send(other.id, 'hello', one.name)),
    ),
  );
  const fates = await Promise.all(receipts.map(({ delivered }) => delivered));
  expect(fates).toHaveLength(380);
  expect(new Set(fates)).toEqual(new Set(['delivered']));
  expect(nodes.map((node) => node.stats().connections.connected)).toEqual(nodes.map(() => 19));
  // Where the machine was too slow TLS stood in, and WebRTC takes over now: that is no loss.
  expect(later.flat().filter(({ state }) => state !== 'connected')).toEqual([]);
});

test('after stop nothing is left and the process ends by itself', async () => {
  const script = fileURLToPath(new URL('../../support/mesh-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 20_000 });
  const left: unknown = JSON.parse(stdout);
  expect(left).toEqual([]);
});
