import { createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { limits } from '../../../src/index.ts';
import { connection, makeDirectory, makeKeyFile, response, startNode, startPair } from '../../support/cli.ts';

const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket.on('error', () => undefined));
  socket.resume();
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
});

test('a stop answers what is under way first: every reference has exactly one response', async () => {
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const reached = new Promise<unknown>((resolve) => server.once('connection', resolve));
  const node = await startNode({ keyFile: await makeKeyFile(), state: await makeDirectory() });
  const { cli } = node;
  // A listener that accepts the connection and never sends anything.
  cli.write({ do: 'connect', address: '127.0.0.1', port, ref: 'any' });
  cli.write({ do: 'connect', address: '127.0.0.1', port, id: 'a'.repeat(52), ref: 'named' });
  await reached;
  cli.write(['{"do":"stop","ref":"stop"}', '{"do":"peers","ref":"after"}', '{"do":"stop","ref":"again"}'].join('\n'));
  expect(await cli.exited).toBe(0);
  for (const ref of ['any', 'named', 'stop', 'after', 'again'])
    expect([ref, cli.events.filter(response(ref)).length]).toEqual([ref, 1]);
  for (const ref of ['any', 'named']) expect(cli.events.find(response(ref))).toMatchObject({ ok: false });
  expect(cli.events.at(-1)).toEqual({ event: 'stopped' });
});

test('what was accepted before a stop is delivered before it, and told', async () => {
  const { a, b } = await startPair();
  for (let n = 0; n < 200; n += 1) a.cli.write({ do: 'send', to: b.id, type: 'n', data: n, ref: String(n) });
  await a.cli.waitFor('the last one accepted', response('199'));
  a.cli.write({ do: 'stop' });
  expect(await a.cli.exited).toBe(0);
  await b.cli.waitFor('closed', connection(a.id, 'closed'));
  const numbers = b.cli.events.filter(({ event }) => event === 'message').map(({ data }) => data);
  expect(numbers).toEqual(Array.from({ length: 200 }, (_, n) => n));
  const delivered = a.cli.events.filter(({ event }) => event === 'delivered').map(({ ref }) => ref);
  expect(new Set(delivered)).toEqual(new Set(numbers.map(String)));
});

test('a stop does not wait for a frozen peer, and tells the fate of everything that waits for it', async () => {
  const { a, b } = await startPair();
  b.cli.kill('SIGSTOP');
  const count = limits.messages.queued + 500;
  for (let n = 0; n < count; n += 1) a.cli.write({ do: 'send', to: b.id, type: 'n', data: n, ref: String(n) });
  await a.cli.waitFor('a full queue', response(String(limits.messages.queued - 1)));
  a.cli.write({ do: 'stop' });
  expect(await a.cli.exited).toBe(0);
  expect(a.cli.events.at(-1)).toEqual({ event: 'stopped' });
  const responses = a.cli.events.filter(({ event }) => event === 'response');
  expect(new Set(responses.map(({ ref }) => ref)).size).toBe(count);
  expect(responses).toHaveLength(count);
  const refused = responses.filter(({ ok }) => ok === false);
  expect(refused.length).toBeGreaterThanOrEqual(500);
  const fates = a.cli.events.filter(({ event }) => event === 'delivered' || event === 'undelivered');
  expect(fates).toHaveLength(count - refused.length);
});
