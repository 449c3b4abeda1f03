import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { eventsIn, isEvent, makeDirectory, runToEnd, start } from '../../support/cli.ts';
import { endOf, spawnCli, textOf } from '../../support/raw-cli.ts';
import { Terminal, withoutTerminal } from '../../support/terminal.ts';

const loopback = ['--interface', '127.0.0.1'];

/** A port that nothing has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A device that gives an invitation. */
async function invite(state: string, name: string, port: string) {
  const cli = start([
    'pair',
    '--json',
    '--no-discovery',
    '--name',
    name,
    '--port',
    port,
    '--state',
    state,
    ...loopback,
  ]);
  const { invitation } = await cli.waitFor('invitation', isEvent('invitation'));
  return { cli, invitation: String(invitation) };
}

/** A device that takes one. */
async function take(state: string, name: string, invitation: string) {
  const child = spawnCli(['pair', '--take', '--json', '--no-discovery', '--name', name, '--state', state, ...loopback]);
  child.stdin?.end(invitation);
  const events = eventsIn(await textOf(child.stdout));
  return { events, code: await endOf(child) };
}

test('two devices are paired by an invitation, which no third one can take; one is revoked later', async () => {
  const [shelf, phone, thief] = [await makeDirectory(), await makeDirectory(), await makeDirectory()];
  const free = String(await freePort());
  const given = await invite(shelf, 'shelf', free);
  const taken = await take(phone, 'phone', given.invitation);
  expect([taken.code, taken.events]).toEqual([0, [{ event: 'paired', id: expect.any(String), name: 'shelf' }]]);
  expect(await given.cli.waitFor('paired', isEvent('paired'))).toMatchObject({ name: 'phone' });
  expect(await given.cli.exited).toBe(0);

  // From now on neither names a key.
  const node = start(['run', '--json', '--name', 'shelf', '--port', free, '--state', shelf, ...loopback]);
  const { id, port } = await node.waitFor('ready', isEvent('ready'));
  const stolen = await take(thief, 'thief', given.invitation);
  expect([stolen.code, stolen.events]).toEqual([4, [expect.objectContaining({ event: 'error' })]]);
  const ping = ['ping', `127.0.0.1:${port}`, '--count', '1', '--json', '--state', phone, ...loopback];
  expect(await runToEnd(ping)).toMatchObject({ code: 0 });

  node.write({ do: 'safetyNumber', id: (await runToEnd(['id', '--state', phone])).stdout.trim(), ref: 1 });
  const { data } = await node.waitFor('number', ({ ref }) => ref === 1);
  expect(data).toMatch(/^(\d{5} ){5}\d{5}$/);
  const listed = await runToEnd(['trust', '--state', phone]);
  expect(listed.stdout).toBe(`${id}  ${new Date().toISOString().slice(0, 10)}  trusted  shelf\n`);
  expect(await runToEnd(['revoke', 'phone', '--state', shelf])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/A running node has the list: stop it first/),
  });
  node.kill('SIGTERM');
  await node.exited;
  expect(await runToEnd(['trust', 'phone', '--name', 'pocket', '--state', shelf])).toMatchObject({
    stdout: expect.stringMatching(/ trusted {2}pocket\n$/),
  });
  expect((await runToEnd(['revoke', 'pocket', '--state', shelf])).stdout).toMatch(/ revoked {2}pocket\n$/);
  const again = start(['run', '--json', '--state', shelf, ...loopback]);
  const { port: now } = await again.waitFor('ready', isEvent('ready'));
  const late = await runToEnd(['ping', `127.0.0.1:${now}`, '--count', '1', '--state', phone, ...loopback]);
  expect(late).toMatchObject({ code: 4, stderr: expect.stringContaining('ERR_NOT_') });
});

test('a secret among the words of a command is refused, and so is another access beside it', async () => {
  expect(await runToEnd(['pair', 'lanpeer-pair-aaaa'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/An invitation is a secret.*pair --take/),
  });
  expect(await runToEnd(['pair', '--open'])).toMatchObject({ code: 2 });
  expect(await runToEnd(['run', '--trust', '--allow', 'a'])).toMatchObject({ code: 2 });
  expect(await runToEnd(['run', '--trust', '--ephemeral'])).toMatchObject({ code: 2 });
  expect(await runToEnd(['trust', 'nobody', '--state', await makeDirectory()])).toMatchObject({ code: 2 });
});

describe.skipIf(withoutTerminal())('on two terminals', () => {
  test('both show the same number, and are paired when both persons say so', async () => {
    const open = async (name: string) =>
      new Terminal(['pair', '--name', name, '--state', await makeDirectory(), ...loopback]);
    const both = [await open('shelf'), await open('phone')];
    const numbers = await Promise.all(
      both.map(async (terminal) => {
        const screen = await terminal.shows(/Does \w{8} show (\d{5}\s+){5}\d{5} too\? Trust it\? \[y\/N\]/, 30_000);
        return (/((?:\d{5}\s+){5}\d{5})/.exec(screen)?.[1] ?? '').replace(/\s+/g, ' ');
      }),
    );
    expect(numbers[0]).toBe(numbers[1]);
    for (const terminal of both) {
      await terminal.type('y');
      await terminal.press('Enter');
    }
    await Promise.all(both.map((terminal) => terminal.shows(/paired with[\s\S]*ended with 0/, 30_000)));
  }, 60_000);
});
