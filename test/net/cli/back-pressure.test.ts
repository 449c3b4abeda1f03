import { expect, test } from 'vitest';
import { limits } from '../../../src/index.ts';
import { makeDirectory, makeKeyFile, response, startNode, startPair } from '../../support/cli.ts';

const text = 'x'.repeat(12_000);

test('a reader that does not read holds the senders back, and loses nothing', { timeout: 60_000 }, async () => {
  const { a, b } = await startPair();
  const isDelivered = ({ event }: { readonly event: string }): boolean => event === 'delivered';
  // More than fits into the other side's output, its inbox and this side's window together.
  const count = Math.ceil((3 * limits.cli.outputBytes) / text.length);
  b.cli.child.stdout?.pause();
  for (let n = 0; n < count; n += 1)
    a.cli.write({ do: 'send', to: b.id, type: 'n', data: { n, text }, ref: String(n) });

  // That nothing more comes can only be seen by waiting for it.
  for (let from = 0; ; from = a.cli.events.length) {
    const more = await a.cli.waitFor('more', isDelivered, { from, timeMs: 1_500 }).catch(() => undefined);
    if (!more) break;
  }
  const delivered = a.cli.events.filter(isDelivered).length;
  const accepted = a.cli.events.filter(({ event }) => event === 'response').length;
  expect(delivered * text.length).toBeGreaterThan(limits.cli.outputBytes / 2);
  expect(delivered * text.length).toBeLessThan(limits.cli.outputBytes * 1.5);
  expect(accepted * text.length).toBeLessThan(limits.cli.outputBytes * 1.5 + limits.messages.queuedBytes);

  b.cli.child.stdout?.resume();
  await b.cli.waitFor('the last', ({ data }) => (data as { n?: number } | undefined)?.n === count - 1, {
    timeMs: 20_000,
  });
  await a.cli.waitFor('its fate', (event) => isDelivered(event) && event['ref'] === String(count - 1));
  const numbers = b.cli.events.filter(({ event }) => event === 'message').map(({ data }) => (data as { n: number }).n);
  expect(numbers).toEqual(Array.from({ length: count }, (_, n) => n));
});

test('a line that is too long is refused and the next one is taken', { timeout: 120_000 }, async () => {
  const { cli } = await startNode({ keyFile: await makeKeyFile(), state: await makeDirectory() });
  const part = Buffer.alloc(2 ** 20, 'x');
  for (let n = 0; n <= limits.cli.lineBytes / part.byteLength; n += 1) cli.child.stdin?.write(part);
  cli.write('');
  cli.write({ do: 'peers', ref: '1' });
  expect(await cli.waitFor('response', response('1'), { timeMs: 90_000 })).toMatchObject({ ok: true });
  const errors = cli.events.filter(({ event }) => event === 'error');
  expect(errors).toEqual([
    expect.objectContaining({ code: 'ERR_COMMAND', message: expect.stringMatching(/too long/) }),
  ]);
});
