import { expect, test } from 'vitest';
import { connection, startUpgradedPair } from '../../support/cli.ts';

test('a frozen process is noticed, and connected again when it goes on', { timeout: 60_000 }, async () => {
  const { a, b } = await startUpgradedPair();
  const from = a.cli.events.length;
  b.cli.kill('SIGSTOP');
  const failed = await a.cli.waitFor('failed', connection(b.id, 'failed'), { from, timeMs: 15_000 });
  expect(failed).toMatchObject({ reason: 'silent', code: 'ERR_TIMEOUT' });
  const again = a.cli.events.length;
  b.cli.kill('SIGCONT');
  await a.cli.waitFor('connected', connection(b.id, 'connected'), { from: again, timeMs: 15_000 });
  const text = 'still there';
  a.cli.write({ do: 'send', to: b.id, type: 'hello', data: { text } });
  expect(await b.cli.waitFor('hello', ({ event }) => event === 'message')).toMatchObject({ data: { text } });
});

test('when a process is frozen for a moment, keeps the link', { timeout: 30_000 }, async () => {
  const { a, b } = await startUpgradedPair();
  const from = a.cli.events.length;
  b.cli.kill('SIGSTOP');
  // While it is frozen a message is accepted, and it arrives when it goes on.
  a.cli.write({ do: 'send', to: b.id, type: 'hello', data: 1, ref: '1' });
  await a.cli.waitFor('accepted', (event) => event.event === 'response' && event['ref'] === '1', { from });
  b.cli.kill('SIGCONT');
  await a.cli.waitFor('delivered', (event) => event.event === 'delivered' && event['ref'] === '1', { from });
  expect(a.cli.events.slice(from).filter(({ event }) => event === 'connection')).toEqual([]);
});
