import { expect, test } from 'vitest';
import { makeDirectory, makeKeyFile, runToEnd, startNode } from '../../support/cli.ts';

const onLoopback = ['doctor', '--interface', '127.0.0.1', '--wait', '2'];

test('for people: lines on standard output without colours, and a verdict; what goes on, on standard error', async () => {
  const { code, stdout, stderr } = await runToEnd([...onLoopback, '--ephemeral']);
  expect(code).toBe(1);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => /^[✓✗?] /u.test(line)).length).toBeGreaterThanOrEqual(12);
  expect(lines.at(-1)).toMatch(/^Chosen was 127\.0\.0\.1 alone, which reaches nothing but this computer\./);
  expect(stdout).not.toContain('\u001b');
  expect(stderr).toMatch(/looks and listens, for 2 s/);
});

test('for programs: one object and nothing else; the running node of this device is known, and left alone', async () => {
  const keyFile = await makeKeyFile();
  const state = await makeDirectory();
  const { cli, id, port } = await startNode({ keyFile, state });
  const { code, stdout, stderr } = await runToEnd([...onLoopback, '--json', '--key-file', keyFile, '--state', state]);
  expect([code, stderr]).toEqual([1, '']);
  const diagnosis = JSON.parse(stdout);
  expect(diagnosis).toMatchObject({ status: 'fault', cause: 'interfaces', peer: null });
  const others = diagnosis.checks.find((check: { readonly id: string }) => check.id === 'others');
  expect(others.evidence.join(' | ')).toMatch(
    new RegExp(`\\(${id.slice(0, 8)}\\) at 127\\.0\\.0\\.1:${port}.*the node of this device`),
  );
  expect(diagnosis.checks.find((check: { readonly id: string }) => check.id === 'identity').status).toBe('ok');
  // Nodes of other tests are heard as well, with keys of their own.
  const tag = cli.events.find(({ event }) => event === 'ready')?.['networkTag'];
  expect(tag).toBeDefined();
  const met = cli.events.filter(
    ({ event, networkTag }) => event === 'connection' || (event === 'device' && networkTag === tag),
  );
  expect(met).toEqual([]);
});

test('a peer on this computer is no fault where that is what was chosen', async () => {
  const keyFile = await makeKeyFile();
  const { id } = await startNode({ keyFile, state: await makeDirectory() });
  const { stdout } = await runToEnd([...onLoopback, id, '--json', '--key-file', keyFile, '--ephemeral']);
  const diagnosis = JSON.parse(stdout);
  const status = (which: string) =>
    diagnosis.checks.find((check: { readonly id: string }) => check.id === which).status;
  expect([status('interfaces'), status('peer-tcp'), status('peer-id')]).toEqual(['ok', 'ok', 'ok']);
});

test('what cannot be asked for is wrong usage', async () => {
  expect((await runToEnd(['doctor', 'one', 'two'])).code).toBe(2);
  expect((await runToEnd(['doctor', '--wait', 'long'])).code).toBe(2);
});
