import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  type CliEvent,
  eventsIn,
  isEvent,
  makeDirectory,
  makeKeyFile,
  runToEnd,
  start,
  startNode,
} from '../../support/cli.ts';
import { endOf, spawnCli, textOf } from '../../support/raw-cli.ts';

const loopback = ['--interface', '127.0.0.1'];

/** A peer that runs the words, and the options of a command that is to find it. */
async function startPeer(...words: readonly string[]) {
  const keyFile = await makeKeyFile();
  const more = [...loopback, '--ephemeral', '--key-file', keyFile];
  const peer = start([...words, '--json', ...more]);
  const { id, port } = await peer.waitFor('ready', isEvent('ready'));
  return { peer, more, keyFile, id: String(id), port: Number(port) };
}

test('send brings a text to who receives, by a beginning of the name, and says who has it', async () => {
  const { peer, more, id } = await startPeer('receive', '--name', 'Desk in the attic');
  const sent = await runToEnd(['send', 'desk in', '--text', 'Hi\nthere', '--name', 'phone', ...more]);
  expect(sent).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^lanpeer: handled by Desk in the/m),
  });
  expect(await peer.waitFor('text', isEvent('text'))).toMatchObject({ name: 'phone', text: 'Hi\nthere' });
  const child = spawnCli(['send', id.slice(0, 12), '--text', '-', '--json', ...more]);
  child.stdin?.end('from a pipe: ü\n');
  expect(eventsIn(await textOf(child.stdout))).toEqual([{ event: 'handled', by: id, name: 'Desk in the attic' }]);
  expect(await endOf(child)).toBe(0);
  expect(await peer.waitFor('second', ({ text }) => text === 'from a pipe: ü')).toBeDefined();
  peer.kill('SIGINT');
  expect(await peer.exited).toBe(130);
});

test('receive --once shows one text, as a terminal may, beside the data, and ends', async () => {
  const keyFile = await makeKeyFile();
  const more = [...loopback, '--ephemeral', '--key-file', keyFile];
  const receiver = spawnCli(['receive', '--once', '--name', 'desk', ...more]);
  const output = Promise.all([textOf(receiver.stdout), textOf(receiver.stderr)]);
  const text = '\u001b[2Jone\n/home/desk/forged.path';
  const sent = await runToEnd(['send', 'desk', '--text', text, '--name', 'e\u001bvil', ...more]);
  expect(sent).toMatchObject({ code: 0 });
  const [stdout, stderr] = await output;
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^lanpeer: text from e\\u\{1b\}vil \([a-z2-7]{8}\):\n {2}\\u\{1b\}\[2Jone\n {2}\/home\/d/m);
  expect(await endOf(receiver)).toBe(0);
});

test('run takes texts as well, and a program that takes none refuses them', async () => {
  const { peer, more } = await startPeer('run', '--name', 'desk');
  expect(await runToEnd(['send', 'desk', '--text', 'Hi', ...more])).toMatchObject({ code: 0 });
  await peer.waitFor('text', ({ event, text }) => event === 'text' && text === 'Hi');
  const server = await startPeer('bench', '--serve', '--name', 'desk');
  const refused = await runToEnd(['send', `127.0.0.1:${server.port}`, '--text', 'Hi', '--json', ...server.more]);
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringMatching(/run lanpeer receive/) });
  expect(eventsIn(refused.stdout)).toEqual([expect.objectContaining({ event: 'error', code: 'ERR_NO_RESPONDER' })]);
});

test('who is not there is not found, who has another key refuses, what fits two is ambiguous', async () => {
  const { more, port } = await startPeer('run', '--name', 'desk one');
  const missing = await runToEnd(['send', 'zzz', '--text', 'Hi', '--wait', '2', '--json', ...more]);
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringMatching(/desk one.*lanpeer doctor zzz/s) });
  expect(eventsIn(missing.stdout)).toEqual([expect.objectContaining({ code: 'ERR_NOT_FOUND' })]);
  const nowhere = await runToEnd(['ping', '127.0.0.1:9', ...more]);
  expect(nowhere).toMatchObject({ code: 3, stdout: '' });
  const other = [...loopback, '--ephemeral', '--key-file', await makeKeyFile()];
  expect(await runToEnd(['ping', `127.0.0.1:${port}`, ...other])).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/ERR_NETWORK_KEY/),
  });
  const second = start(['run', '--json', '--name', 'desk two', ...more]);
  await second.waitFor('ready', isEvent('ready'));
  const ambiguous = await runToEnd(['ping', 'desk', ...more]);
  expect(ambiguous).toMatchObject({ code: 2, stderr: expect.stringMatching(/desk (one|two) \([a-z2-7]{8}\), desk/) });
});

test('ping tells each round trip and the whole, and an interrupt tells the whole as well', async () => {
  const { id, more } = await startPeer('run', '--name', 'desk');
  const { code, stdout } = await runToEnd(['ping', 'desk', '--count', '2', '--json', ...more]);
  expect(code).toBe(0);
  const lines = eventsIn(stdout);
  expect(lines.map(({ event }) => event)).toEqual(['ping', 'ping', 'summary']);
  expect(lines[0]).toMatchObject({ no: 1, address: '127.0.0.1', via: expect.stringMatching(/tls|webrtc/) });
  expect(lines[2]).toMatchObject({ id, name: 'desk', sent: 2, lost: 0, medianMs: expect.any(Number) });
  const endless = start(['ping', 'desk', '--count', '100000', '--json', ...more]);
  await endless.waitFor('ping', isEvent('ping'));
  endless.kill('SIGINT');
  expect(await endless.exited).toBe(130);
  expect(endless.events.at(-1)).toMatchObject({ event: 'summary', lost: 0 });
});

test('peers lists who is there, and --watch each change', async () => {
  const { peer, id, more } = await startPeer('run', '--name', 'e\u001b[2Jvil');
  const watching = start(['peers', '--watch', '--json', ...more]);
  await watching.waitFor('joined', ({ change }) => change === 'joined');
  const listed = await runToEnd(['peers', '--name', 'seeker', ...more]);
  expect(listed.code).toBe(0);
  expect(listed.stdout).toMatch(/^NAME +ID +ADDRESS +VIA +ROUND TRIP +SINCE\n/);
  expect(listed.stdout).toMatch(
    new RegExp(`^e\\\\u\\{1b\\}\\[2Jvil +${id.slice(0, 8)} +127\\.0\\.0\\.1 +(tls|webrtc)`, 'm'),
  );
  peer.write({ do: 'stop' });
  expect(await watching.waitFor('left', ({ change, id: left }) => change === 'left' && left === id)).toMatchObject({
    event: 'peer',
    name: 'e\u001b[2Jvil',
  });
  watching.kill('SIGINT');
  expect(await watching.exited).toBe(130);
});

test('chat by lines waits for somebody, says each line, and ends with its input', async () => {
  const keyFile = await makeKeyFile();
  const more = [...loopback, '--ephemeral', '--key-file', keyFile];
  const speaker = spawnCli(['chat', '--name', 'desk', '--wait', '30', ...more]);
  speaker.stdin?.end('one\n\n \n\u001b[31mtwo\n');
  const stderr = textOf(speaker.stderr);
  const listener = start(['chat', '--json', '--name', 'phone', ...more]);
  await listener.waitFor('two', ({ text }) => text === '\u001b[31mtwo', { timeMs: 30_000 });
  expect(listener.events.filter(isEvent('message')).map(({ name, text }) => [name, text])).toEqual([
    ['desk', 'one'],
    ['desk', '\u001b[31mtwo'],
  ]);
  expect(await endOf(speaker)).toBe(0);
  expect(await stderr).toMatch(/^lanpeer: phone is here$/m);
  listener.write('no JSON');
  expect(await listener.waitFor('error', isEvent('error'))).toMatchObject({ code: 'ERR_COMMAND' });
  listener.write({ text: ' ' });
  await listener.waitFor('blank', ({ message }) => message === 'The text is blank.');
  listener.kill('SIGTERM');
  expect(await listener.exited).toBe(143);
});

test('what is said in one room is not heard in another, and nobody there is not found', async () => {
  const keyFile = await makeKeyFile();
  const more = [...loopback, '--ephemeral', '--key-file', keyFile];
  const attic = start(['chat', 'attic', '--json', ...more]);
  const speaker = spawnCli(['chat', 'cellar', '--wait', '3', ...more]);
  speaker.stdin?.end('hello?\nnobody?\n');
  expect(await textOf(speaker.stderr)).toMatch(/^lanpeer: ERR_NOT_FOUND: Nobody else was here.*\n$/);
  expect(await endOf(speaker)).toBe(3);
  expect(attic.events).toEqual([]);
});

test('a command beside a running node has an identity for itself, and says so', async () => {
  const keyFile = await makeKeyFile();
  const home = await makeDirectory();
  const env = { ...process.env, XDG_STATE_HOME: home, LANPEER_KEY_FILE: keyFile };
  const running = start(['run', '--json', '--name', 'desk', ...loopback], env);
  const { id } = await running.waitFor('ready', isEvent('ready'));
  const { code, stderr } = await runToEnd(['ping', 'desk', '--count', '1', ...loopback], { env });
  expect(code).toBe(0);
  expect(stderr).toMatch(/a running node has the identity of this device/);
  expect(stderr).toContain(id);
  const named = await runToEnd(['ping', 'desk', '--state', `${home}/lanpeer`, ...loopback], { env });
  expect(named).toMatchObject({ code: 1, stderr: expect.stringMatching(/ERR_STATE_IN_USE/) });
});

test('run --connect connects to an address, and again when the peer there is another one', async () => {
  const keyFile = await makeKeyFile();
  const first = await startNode({ keyFile, state: await makeDirectory(), more: ['--no-discovery'] });
  const more = [...loopback, '--ephemeral', '--no-discovery', '--key-file', keyFile];
  const node = start(['run', '--json', '--connect', `127.0.0.1:${first.port}`, '--connect', '127.0.0.1:9', ...more]);
  const connected = ({ event, state }: CliEvent): boolean => event === 'connection' && state === 'connected';
  await node.waitFor('connected', (event) => connected(event) && event['id'] === first.id);
  expect(await node.waitFor('error', isEvent('error'))).toMatchObject({
    code: 'ERR_REFUSED',
    message: expect.stringMatching(/^127\.0\.0\.1:9: /),
  });
  first.cli.write({ do: 'stop' });
  await first.cli.exited;
  const second = await startNode({
    keyFile,
    state: await makeDirectory(),
    more: ['--no-discovery', '--port', String(first.port)],
  });
  await node.waitFor('another', (event) => connected(event) && event['id'] === second.id, { timeMs: 30_000 });
});

test('ids and keys are shown as QR codes beside the data, and as JSON', async () => {
  const state = await makeDirectory();
  const { code, stdout, stderr } = await runToEnd(['id', '--state', state, '--qr', '--json']);
  expect(code).toBe(0);
  expect(eventsIn(stdout)).toEqual([{ event: 'id', id: expect.stringMatching(/^[a-z2-7]{52}$/) }]);
  const rows = stderr.trimEnd().split('\n');
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) expect(row).toMatch(/^[█▀▄ ]+$/);
  const keyFile = await makeKeyFile();
  const key = await readFile(keyFile, 'utf8');
  expect(await runToEnd(['key', '--show', keyFile])).toEqual({ code: 0, stdout: key, stderr: '' });
  expect(await runToEnd(['key', '--show', `${state}/nothing`])).toMatchObject({ code: 2 });
});
