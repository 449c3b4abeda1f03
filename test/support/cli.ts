import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeNetworkKey } from '../../src/index.ts';
import { type CliEvent, type CliProcess, startCli } from '../../src/testing/cli-process.ts';
import { whenTestEnds } from './hooks.ts';

export type { CliEvent, CliProcess };

const running = new Set<CliProcess>();
const directories = new Set<string>();

whenTestEnds(async () => {
  for (const cli of running) cli.kill('SIGKILL');
  await Promise.all([...running].map((cli) => cli.exited));
  running.clear();
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
  directories.clear();
});

/** A directory for one test, removed after it. */
export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'lanpeer-test-'));
  directories.add(directory);
  return directory;
}

/** A file with a new network key. */
export async function makeKeyFile(): Promise<string> {
  const file = join(await makeDirectory(), 'network.key');
  await writeFile(file, `${makeNetworkKey()}\n`, { mode: 0o600 });
  return file;
}

/** Starts `lanpeer` with any arguments; it is ended after the test. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = process.env): CliProcess {
  const cli = startCli(args, { env });
  running.add(cli);
  return cli;
}

/** True for an event of that name. */
export const isEvent =
  (name: string) =>
  ({ event }: CliEvent): boolean =>
    event === name;

/** What a command with `--json` printed. */
export const eventsIn = (stdout: string): readonly CliEvent[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

export interface NodeArguments {
  readonly keyFile: string;
  readonly state: string;
  readonly more?: readonly string[];
}

/** Starts a node on loopback and waits until it is ready. */
export async function startNode({ keyFile, state, more = [] }: NodeArguments) {
  const args = ['run', '--json', '--interface', '127.0.0.1', '--key-file', keyFile, '--state', state, ...more];
  const cli = start(args);
  const ready = await cli.waitFor('ready', ({ event }) => event === 'ready');
  return { cli, id: String(ready['id']), port: Number(ready['port']) };
}

/** Two nodes with one key that are connected. */
export async function startPair() {
  const keyFile = await makeKeyFile();
  const states = [await makeDirectory(), await makeDirectory()] as const;
  const a = await startNode({ keyFile, state: states[0] });
  const b = await startNode({ keyFile, state: states[1] });
  await Promise.all([
    a.cli.waitFor('connected', connection(b.id, 'connected')),
    b.cli.waitFor('connected', connection(a.id, 'connected')),
  ]);
  return { a, b, keyFile, states };
}

/** Two nodes with one key that are connected over WebRTC, and stay so. */
export async function startUpgradedPair() {
  const { a, b, ...more } = await startPair();
  await Promise.all([a.cli.waitFor('upgraded', upgraded(b.id)), b.cli.waitFor('upgraded', upgraded(a.id))]);
  return { a, b, ...more };
}

/** Runs a command that ends by itself. */
export function runToEnd(
  args: readonly string[],
  { main = 'dist/cli/main.js', env = process.env }: { readonly main?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env, timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

/** Fits connection events about that peer in that state. */
export const connection = (id: string, state: string) => (event: CliEvent) =>
  event.event === 'connection' && event['id'] === id && event['state'] === state;

/** Fits the change by which WebRTC carries the connection to that peer, which opened over TLS. */
export const upgraded = (id: string) => (event: CliEvent) =>
  connection(id, 'connected')(event) && event['via'] === 'webrtc';

/** Fits the response to that reference. */
export const response = (ref: string | number) => (event: CliEvent) =>
  event.event === 'response' && event['ref'] === ref;
