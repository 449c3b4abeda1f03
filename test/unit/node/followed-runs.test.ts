import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lastValueFrom, map, merge, NEVER, type Observable, repeat, takeUntil } from 'rxjs';
import { expect, test } from 'vitest';
import { connectPair, createPair } from '../../support/run-streams.ts';

test('lastValueFrom, an asynchronous loop and takeUntil end with the run', async () => {
  const [one, other] = createPair();
  await connectPair(one, other);
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
  await connectPair(one, other);
  await one.stop();
  await connectPair(one, other);
  expect(seen.filter((change) => change === 'connected opened')).toHaveLength(4);
  subscription.unsubscribe();
  await Promise.all([one.stop(), other.stop()]);
});

test('the guide says how a node is followed over restarts', async () => {
  const guide = readFileSync(new URL('../../../docs/guide.md', import.meta.url), 'utf8');
  const [, snippet = ''] = /```ts\nimport \{ repeat \} from 'rxjs';\n([\s\S]*?)```/.exec(guide) ?? [];
  const [follow = '', until = ''] = snippet.split('// until');
  const [one, other] = createPair();
  const lines: unknown[] = [];
  const console = { log: (_: string, state: string) => lines.push(state) };
  const end = new Function('node', 'repeat', 'console', `${follow}\nreturn () => {${until}};`)(one, repeat, console);
  for (const runs of [1, 2]) {
    await connectPair(one, other);
    await one.stop();
    expect(lines.filter((state) => state === 'connected')).toHaveLength(runs);
  }
  end();
  await connectPair(one, other);
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
  await connectPair(one, other);
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
