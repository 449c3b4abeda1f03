import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type LanpeerNode, makeNetworkKey, type Peer } from '../../../src/index.ts';
import { isUpgraded, makeNode } from '../../support/nodes.ts';

const limitMs = 240_000;

/** So many nodes that are not started yet, and what must never be seen where all of them stay. */
function makeMesh(count: number) {
  const access = { networkKey: makeNetworkKey() };
  const nodes = Array.from({ length: count }, (_, at) => makeNode({ name: `node ${at}`, access, discovery: true }));
  const left: string[] = [];
  const again: string[] = [];
  const errors: string[] = [];
  for (const node of nodes) {
    let before: ReadonlyMap<string, Peer> = new Map();
    node.peers$.subscribe((peers) => {
      for (const [id, { name }] of before) if (!peers.has(id)) left.push(`${name} left ${node.name}`);
      before = peers;
    });
    node.connections$.subscribe(({ id, state, reason, attempt }) => {
      if (attempt > 1) again.push(`${node.name} to ${id}: ${state} ${reason}, attempt ${attempt}`);
    });
    node.errors$.subscribe(({ code, message }) => errors.push(`${node.name}: ${code} ${message}`));
  }
  return { nodes, seen: { left, again, errors } };
}

const pairsOf = (nodes: readonly LanpeerNode[]) =>
  nodes.flatMap((one) => nodes.filter((other) => other !== one).map((other) => [one, other] as const));

/** Starts them all; resolves when every pair is connected, and has gone over to WebRTC. */
async function form(nodes: readonly LanpeerNode[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.start()));
  await Promise.all(pairsOf(nodes).map(([one, other]) => isUpgraded(one, other.id, limitMs)));
}

/** The event loop has only half of its time for the nodes, 20 ms at a stretch, for a minute at most. */
function keepBusy(): () => void {
  const stretchMs = 20;
  const end = performance.now() + 60_000;
  let timer: NodeJS.Timeout;
  function spin(): void {
    const until = performance.now() + stretchMs;
    while (performance.now() < until);
    if (until < end) timer = setTimeout(spin, stretchMs);
  }
  timer = setTimeout(spin, 0);
  return () => clearTimeout(timer);
}

test('20 nodes in one process form a full mesh by mDNS and keep it', { timeout: 2 * limitMs }, async () => {
  const { nodes, seen } = makeMesh(20);
  await form(nodes);
  const receipts = await Promise.all(pairsOf(nodes).map(([one, other]) => one.send(other.id, 'hello', one.name)));
  const fates = await Promise.all(receipts.map(({ delivered }) => delivered));
  expect(fates).toHaveLength(380);
  expect(new Set(fates)).toEqual(new Set(['delivered']));
  expect(nodes.map((node) => node.stats().connections.connected)).toEqual(nodes.map(() => 19));
  expect(seen).toEqual({ left: [], again: [], errors: [] });
});

test('30 nodes do while the event loop is busy with something else', { timeout: 2 * limitMs }, async () => {
  const { nodes, seen } = makeMesh(30);
  const rest = keepBusy();
  await form(nodes).finally(rest);
  expect(nodes.map((node) => node.stats().connections.connected)).toEqual(nodes.map(() => 29));
  expect(seen).toEqual({ left: [], again: [], errors: [] });
});

test('after stop nothing is left and the process ends by itself', async () => {
  const script = fileURLToPath(new URL('../../support/mesh-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 20_000 });
  const left: unknown = JSON.parse(stdout);
  expect(left).toEqual([]);
});
