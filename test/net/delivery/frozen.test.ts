import { expect, test } from 'vitest';
import { reportOf, startWithPeers } from '../../support/delivery-peers.ts';
import { freezeUnderLoad } from '../../support/frozen-receiver.ts';

test('a receiver that is frozen under full sending, until its link is given up, fills no memory and gets everything after it', async () => {
  await freezeUnderLoad(1);
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
