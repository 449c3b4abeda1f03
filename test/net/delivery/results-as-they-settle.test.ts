import { expect, test } from 'vitest';
import { type LanpeerNode, limits } from '../../../src/index.ts';
import { connect, startNodes } from '../../support/nodes.ts';

const { queued } = limits.messages;

test('when a peer does not take messages, results of the others are there, and its own comes when it does', async () => {
  const [a, b, c, stuck] = await startNodes(4);
  if (!a || !b || !c || !stuck) throw new Error('four nodes were asked for');
  for (const node of [b, c, stuck]) await connect(a, node);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  stuck.handle('n', () => released);
  while (true)
    try {
      await a.send(stuck.id, 'n', null, { wait: false });
    } catch {
      break;
    }
  const results = a.broadcast('n', 'all');
  const got: string[] = [];
  for await (const [id, result] of results) {
    expect(result.ok).toBe(true);
    got.push(id);
    // Nothing but this lets the peer go on: the loop had the others before.
    if (got.length === 2) release();
  }
  expect(got.slice(0, 2).sort()).toEqual([b.id, c.id].sort());
  expect(got[2]).toBe(stuck.id);
  expect([...(await results).keys()]).toEqual(got);
  expect(a.stats().messages.sent).toBe(queued + 3);
});

test('an answer is there before a peer that never answers, and a signal ends the wait for that', async () => {
  const [a, quick, silent] = await startNodes(3);
  if (!a || !quick || !silent) throw new Error('three nodes were asked for');
  for (const node of [quick, silent] satisfies LanpeerNode[]) await connect(a, node);
  quick.respond('who-has', () => true);
  silent.respond('who-has', () => new Promise(() => undefined));
  const enough = new AbortController();
  const results = a.requestAll('who-has', 'file', { signal: enough.signal, timeout: Number.POSITIVE_INFINITY });
  for await (const [id, result] of results) {
    expect([id, result]).toEqual([quick.id, { ok: true, data: true }]);
    enough.abort();
    break;
  }
  expect((await results).get(silent.id)).toMatchObject({ ok: false, error: { code: 'ERR_ABORTED' } });
});
