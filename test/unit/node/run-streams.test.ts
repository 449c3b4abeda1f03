import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstValueFrom, lastValueFrom, map, merge, NEVER, type Observable, repeat, takeUntil } from 'rxjs';
import { expect, test } from 'vitest';
import { type LanpeerNode, makeNetworkKey } from '../../../src/index.ts';
import { createMemoryNetwork } from '../../../src/testing/index.ts';

const access = { networkKey: makeNetworkKey() };
const names = [
  'peers$',
  'devices$',
  'deviceEvents$',
  'messages$',
  'connections$',
  'sessions$',
  'transfers$',
  'errors$',
] as const;

function createPair(): readonly [one: LanpeerNode, other: LanpeerNode] {
  const network = createMemoryNetwork();
  return [network.createNode({ name: 'one', access }), network.createNode({ name: 'other', access })];
}

/** Both run and know each other. */
async function meet(one: LanpeerNode, other: LanpeerNode): Promise<void> {
  await Promise.all([one.start(), other.start()]);
  await Promise.all([one, other].map((node) => firstPeer(node)));
}

function firstPeer(node: LanpeerNode): Promise<void> {
  return new Promise((resolve) => {
    const subscription = node.peers$.subscribe((peers) => {
      if (peers.size === 0) return;
      queueMicrotask(() => subscription.unsubscribe());
      resolve();
    });
  });
}

/** What each stream tells from now on, in one list. */
function listenTo(node: LanpeerNode): string[] {
  const told: string[] = [];
  const show: Record<(typeof names)[number], (value: never) => string> = {
    peers$: ({ size }: ReadonlyMap<string, unknown>) => `peers$ ${size}`,
    devices$: ({ size }: ReadonlyMap<string, unknown>) => `devices$ ${size}`,
    deviceEvents$: ({ change }: { change: string }) => `deviceEvents$ ${change}`,
    messages$: ({ type }: { type: string }) => `messages$ ${type}`,
    connections$: ({ state, reason }: { state: string; reason: string }) => `connections$ ${state} ${reason}`,
    sessions$: ({ change }: { change: string }) => `sessions$ ${change}`,
    transfers$: () => 'transfers$',
    errors$: ({ code }: { code: string }) => `errors$ ${code}`,
  };
  for (const name of names) {
    (node[name] as Observable<never>).subscribe({
      next: (value) => told.push(show[name](value)),
      complete: () => told.push(`${name} completes, ${node.state}`),
    });
  }
  return told;
}

const completions = names.map((name) => `${name} completes, stopped`);

test('a stop tells all that it ends, then completes every stream, errors$ last, and only then resolves', async () => {
  const [one, other] = createPair();
  await meet(one, other);
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
  await meet(one, other);
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
  await meet(one, other);
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

test('lastValueFrom, an asynchronous loop and takeUntil end with the run', async () => {
  const [one, other] = createPair();
  await meet(one, other);
  const last = lastValueFrom(one.peers$);
  const until = lastValueFrom(NEVER.pipe(takeUntil(lastValueOf(one.connections$))), { defaultValue: 'ended' });
  const sizes: number[] = [];
  const loop = (async () => {
    for await (const { size } of iterate(one.peers$)) sizes.push(size);
  })();
  await Promise.all([one.stop(), other.stop()]);
  expect((await last).size).toBe(0);
  expect(await until).toBe('ended');
  await loop;
  expect(sizes.at(-1)).toBe(0);
});

/** Tells once, when the stream completes. */
const lastValueOf = (stream: Observable<unknown>): Promise<unknown> => lastValueFrom(stream, { defaultValue: null });

/** As a web stream does it: what came without a pending read waits. */
async function* iterate<T>(stream: Observable<T>): AsyncGenerator<T> {
  const body = new ReadableStream<T>({
    start(controller) {
      stream.subscribe({ next: (value) => controller.enqueue(value), complete: () => controller.close() });
    },
  });
  yield* body;
}

test('repeat() follows a node over restarts', async () => {
  const [one, other] = createPair();
  const seen: string[] = [];
  const subscription = merge(
    one.connections$.pipe(repeat()),
    one.connections$.pipe(map((change) => change)).pipe(repeat()),
  )
    .pipe(map(({ state, reason }) => `${state} ${reason}`))
    .subscribe((change) => seen.push(change));
  await meet(one, other);
  await one.stop();
  await meet(one, other);
  expect(seen.filter((change) => change === 'connected opened')).toHaveLength(4);
  subscription.unsubscribe();
  await Promise.all([one.stop(), other.stop()]);
});

test('the README says how a node is followed over restarts', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, snippet = ''] = /```ts\nimport \{ repeat \} from 'rxjs';\n([\s\S]*?)```/.exec(readme) ?? [];
  const [follow = '', until = ''] = snippet.split('// until');
  const [one, other] = createPair();
  const lines: unknown[] = [];
  const console = { log: (_: string, state: string) => lines.push(state) };
  const end = new Function('node', 'repeat', 'console', `${follow}\nreturn () => {${until}};`)(one, repeat, console);
  for (const runs of [1, 2]) {
    await meet(one, other);
    await one.stop();
    expect(lines.filter((state) => state === 'connected')).toHaveLength(runs);
  }
  end();
  await meet(one, other);
  expect(lines.filter((state) => state === 'connected')).toHaveLength(2);
  await Promise.all([one.stop(), other.stop()]);
});

test('a response of server-sent events ends when the node stops', async () => {
  const [one, other] = createPair();
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const subscription = one.peers$.subscribe({
      next: ({ size }) => response.write(`data: ${size}\n\n`),
      complete: () => response.end(),
    });
    response.on('close', () => subscription.unsubscribe());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await meet(one, other);
  const [response] = (await once(
    get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false }),
    'response',
  )) as [IncomingMessage];
  const text = (async () => {
    let all = '';
    for await (const chunk of response) all += String(chunk);
    return all;
  })();
  await once(response, 'readable');
  await Promise.all([one.stop(), other.stop()]);
  expect(await text).toMatch(/^(data: 1\n\n)+data: 0\n\n$/);
  server.close();
  await once(server, 'close');
});
