import { firstValueFrom, lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import type { LanpeerNode } from '../../../src/index.ts';
import { createMemoryNetwork } from '../../../src/testing/index.ts';
import { access, connectPair, createPair, listenTo, names } from '../../support/run-streams.ts';

const completions = names.map((name) => `${name} completes, stopped`);

test('a stop tells all that it ends, then completes every stream, errors$ last, and only then resolves', async () => {
  const [one, other] = createPair();
  await connectPair(one, other);
  const told = listenTo(one);
  told.length = 0;
  await one.stop();
  expect(told).toEqual(['sessions$ ended', 'peers$ 0', 'connections$ closed stopping', 'devices$ 0', ...completions]);
  told.length = 0;
  await one.stop();
  await one.start();
  expect(told).toEqual([]);
  await Promise.all([one.stop(), other.stop()]);
});

test('when it restarts, keeps the properties; a subscription after the stop gets the next run only', async () => {
  const [one, other] = createPair();
  const { peers$, connections$, errors$ } = one;
  await connectPair(one, other);
  await one.stop();
  expect([one.peers$ === peers$, one.connections$ === connections$, one.errors$ === errors$]).toEqual([
    true,
    true,
    true,
  ]);
  expect((await firstValueFrom(peers$)).size).toBe(0);
  const sizes: number[] = [];
  const seen: string[] = [];
  let completed = 0;
  const complete = (): void => {
    completed += 1;
  };
  peers$.subscribe({ next: ({ size }) => void sizes.push(size), complete });
  connections$.subscribe({ next: ({ state }) => void seen.push(state), complete });
  expect([sizes, seen]).toEqual([[0], []]);
  await connectPair(one, other);
  expect([sizes.at(-1), seen.at(-1), completed]).toEqual([1, 'connected', 0]);
  await Promise.all([one.stop(), other.stop()]);
  expect([sizes.at(-1), seen.at(-1), completed]).toEqual([0, 'closed', 2]);
});

test('when a program subscribes before the first start, gets it; a start that fails completes nothing', async () => {
  const network = createMemoryNetwork();
  const taken = network.createNode({ name: 'taken', access, port: 4_000, address: '192.0.2.1' });
  const node = network.createNode({ name: 'node', access, port: 4_000, address: '192.0.2.1' });
  const told = listenTo(node);
  await taken.start();
  await expect(node.start()).rejects.toMatchObject({ code: 'ERR_PORT_IN_USE' });
  expect(told.filter((what) => what.includes('completes'))).toEqual([]);
  await taken.stop();
  await node.start();
  expect(node.state).toBe('running');
  await node.stop();
  expect(told.filter((what) => what.includes('completes'))).toEqual(completions);
});

test.each([
  ['never started', async () => undefined],
  ['is still starting', async (node: LanpeerNode) => void node.start().catch(() => undefined)],
  ['is being stopped already', async (node: LanpeerNode) => void node.stop()],
])('the streams of a node that %s complete when it is stopped', async (_, begin) => {
  const node = createMemoryNetwork().createNode({ access });
  const told = listenTo(node);
  await begin(node);
  await node.stop();
  expect(told.filter((what) => what.includes('completes'))).toEqual(completions);
});

test('what a subscriber throws while its stream completes is told on errors$', async () => {
  const node = createMemoryNetwork().createNode({ access });
  const codes: string[] = [];
  let completed = false;
  node.errors$.subscribe({
    next: ({ code }) => void codes.push(code),
    complete() {
      completed = true;
    },
  });
  node.peers$.subscribe({
    complete() {
      throw new Error('mine');
    },
  });
  await node.start();
  await node.stop();
  expect([codes, completed]).toEqual([['ERR_HANDLER'], true]);
});

test('when a subscriber starts the node on completion, runs in the end', async () => {
  const node = createMemoryNetwork().createNode({ access });
  await node.start();
  const started = new Promise<void>((resolve, reject) => {
    node.peers$.subscribe({ complete: () => void node.start().then(resolve, reject) });
  });
  await node.stop();
  await started;
  expect(node.state).toBe('running');
  await node.stop();
});

test('when a subscriber stops, or stops and starts, the node', async () => {
  const [one, other] = createPair();
  let again: Promise<unknown> | undefined;
  one.connections$.subscribe(({ state }) => {
    if (state === 'connected') again = Promise.all([one.stop(), one.start()]);
  });
  let stopped: Promise<void> | undefined;
  other.peers$.subscribe(({ size }) => {
    if (size > 0) stopped ??= other.stop();
  });
  const completed = lastValueFrom(other.peers$);
  await Promise.all([one.start(), other.start()]);
  expect((await completed).size).toBe(0);
  await stopped;
  await again;
  expect([one.state, other.state]).toEqual(['running', 'stopped']);
  await one.stop();
});
