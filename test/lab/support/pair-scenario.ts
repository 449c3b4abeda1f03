// Two processes of the command line meet on loopback, talk, lose each other and meet again. Prints 'scenario done'.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeNetworkKey } from '../../../src/index.ts';
import { type CliEvent, startCli } from '../../../src/testing/cli-process.ts';

const directory = await mkdtemp(join(tmpdir(), 'lanpeer-lab-'));
const keyFile = join(directory, 'key');
await writeFile(keyFile, makeNetworkKey(), { mode: 0o600 });
const start = (name: string) =>
  startCli(['run', '--json', '--interface', '127.0.0.1', '--key-file', keyFile, '--state', join(directory, name)]);
const state = (id: unknown, is: string) => (event: CliEvent) =>
  event.event === 'connection' && event['id'] === id && event['state'] === is;
/** All that a connection does was done: the session, the link over it, and the one over WebRTC. */
const overWebrtc = (id: unknown) => (event: CliEvent) =>
  event.event === 'connection' && event['id'] === id && event['via'] === 'webrtc';
const ready = ({ event }: CliEvent): boolean => event === 'ready';

try {
  const a = start('a');
  const b = start('b');
  const aId = (await a.waitFor('ready', ready))['id'];
  const bId = (await b.waitFor('ready', ready))['id'];
  await a.waitFor('webrtc', overWebrtc(bId), { timeMs: 20_000 });
  b.write({ do: 'broadcast', type: 'hello', data: 1 });
  await a.waitFor('hello', ({ event }) => event === 'message');
  let from = a.events.length;
  b.kill('SIGKILL');
  await a.waitFor('failed', state(bId, 'failed'), { from });
  await b.exited;
  from = a.events.length;
  const c = start('b');
  await a.waitFor('webrtc', overWebrtc(bId), { from, timeMs: 20_000 });
  await c.waitFor('webrtc', overWebrtc(aId), { timeMs: 20_000 });
  for (const cli of [a, c]) cli.kill('SIGTERM');
  const codes = await Promise.all([a.exited, c.exited]);
  if (codes.some((code) => code !== 0)) throw new Error(`exit codes ${codes.join(', ')}`);
  process.stdout.write('scenario done\n');
} finally {
  await rm(directory, { recursive: true, force: true });
}
