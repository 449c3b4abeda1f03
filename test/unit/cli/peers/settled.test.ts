import { expect, test } from 'vitest';
import { settled } from '../../../../src/cli/peers/settled.ts';
import { describeSummary, summarize } from '../../../../src/cli/ping/summary.ts';
import type { LanpeerNode } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';
import { whenTestEnds } from '../../../support/hooks.ts';

const nodes = new Set<LanpeerNode>();
let clock = createVirtualClock();

whenTestEnds(async () => {
  const stopped = Promise.all([...nodes].map((node) => node.stop()));
  await clock.advanceAsync(2_000);
  await stopped;
  nodes.clear();
});

async function startNodes() {
  clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const start = async (name: string): Promise<LanpeerNode> => {
    const node = network.createNode({ name, access: 'open' });
    nodes.add(node);
    await node.start();
    return node;
  };
  return { start, node: await start('desk') };
}

/** Whether a promise has settled by now, and how. */
async function stateOf(promise: Promise<void>): Promise<'waits' | 'resolved' | 'rejected'> {
  const late = new Promise<'waits'>((resolve) => setImmediate(() => resolve('waits')));
  const state = promise.then(
    () => 'resolved' as const,
    () => 'rejected' as const,
  );
  return Promise.race([state, late]);
}

test('it is quiet when nothing new was heard for a while', async () => {
  const { start, node } = await startNodes();
  const quiet = settled(node, clock, 60_000, new AbortController().signal);
  await clock.advanceAsync(limits.cli.quietMs - 100);
  await start('phone');
  await clock.advanceAsync(limits.cli.quietMs - 100);
  expect(await stateOf(quiet)).toBe('waits');
  await clock.advanceAsync(3 * limits.cli.quietMs);
  expect(await stateOf(quiet)).toBe('resolved');
});

test('where it never is, the wait ends; and an abort ends it', async () => {
  const { start, node } = await startNodes();
  const abort = new AbortController();
  const [quiet, aborted] = [settled(node, clock, 3_000, abort.signal), settled(node, clock, 60_000, abort.signal)];
  aborted.catch(() => undefined);
  for (let no = 0; no < 4; no += 1) {
    await start(`phone ${no}`);
    await clock.advanceAsync(1_000);
  }
  expect(await stateOf(quiet)).toBe('resolved');
  expect(await stateOf(aborted)).toBe('waits');
  abort.abort();
  await expect(aborted).rejects.toMatchObject({ code: 'ERR_ABORTED' });
});

test('of pings the least, the median and the most are told, and what was lost', () => {
  expect(summarize(4, [3, 1, 2])).toEqual({ sent: 4, lost: 1, minMs: 1, medianMs: 2, maxMs: 3 });
  expect(summarize(4, [4, 1, 2, 3]).medianMs).toBe(2.5);
  expect(summarize(2, [])).toEqual({ sent: 2, lost: 2, minMs: null, medianMs: null, maxMs: null });
  expect(describeSummary(summarize(4, [0.5, 12, 2]))).toBe(
    '4 sent, 1 lost (25 %), round trip 0.50 ms at least, 2.00 ms median, 12 ms at most',
  );
  expect(describeSummary(summarize(0, []))).toBe('0 sent, 0 lost (0 %), round trip - at least, - median, - at most');
});
