import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeNetworkKey } from '../../src/index.ts';
import { type CliEvent, type CliProcess, startCli } from '../../src/testing/cli-process.ts';

/** Milliseconds. */
export interface ColdStart {
  readonly connected: number;
  readonly firstMessage: number;
  readonly killNoticed: number;
  readonly restarted: number;
  readonly stopped: number;
}

const state = (id: unknown, is: string) => (event: CliEvent) =>
  event.event === 'connection' && event['id'] === id && event['state'] === is;
const isReady = ({ event }: CliEvent): boolean => event === 'ready';

async function measure(start: (name: string) => CliProcess): Promise<ColdStart> {
  const first = start('first');
  const firstId = (await first.waitFor('ready', isReady))['id'];
  let begun = performance.now();
  const since = (): number => performance.now() - begun;

  const second = start('second');
  const secondId = (await second.waitFor('ready', isReady))['id'];
  await second.waitFor('connected', state(firstId, 'connected'));
  const connected = since();
  second.write({ do: 'send', to: firstId, type: 'hello', data: 1 });
  await first.waitFor('message', ({ event }) => event === 'message');
  const firstMessage = since();

  const from = first.events.length;
  begun = performance.now();
  second.kill('SIGKILL');
  await first.waitFor('failed', state(secondId, 'failed'), { from });
  const killNoticed = since();
  await second.exited;

  const again = first.events.length;
  begun = performance.now();
  const third = start('second');
  await first.waitFor('connected', state(secondId, 'connected'), { from: again });
  const restarted = since();

  begun = performance.now();
  third.kill('SIGTERM');
  await third.exited;
  const stopped = since();
  first.kill('SIGTERM');
  await first.exited;
  return { connected, firstMessage, killNoticed, restarted, stopped };
}

/**
 * Two fresh processes of the built command: from the start of the second to connected and a message there; then one is
 * killed, comes back, and stops.
 */
export async function measureColdStart(): Promise<ColdStart> {
  const directory = await mkdtemp(join(tmpdir(), 'lanpeer-bench-'));
  const key = join(directory, 'key');
  await writeFile(key, makeNetworkKey(), { mode: 0o600 });
  const running: CliProcess[] = [];
  try {
    return await measure((name) => {
      const where = ['--interface', '127.0.0.1', '--key-file', key, '--state', join(directory, name)];
      const cli = startCli(['run', '--json', ...where]);
      running.push(cli);
      return cli;
    });
  } finally {
    for (const cli of running) cli.kill('SIGKILL');
    await Promise.all(running.map((cli) => cli.exited));
    await rm(directory, { recursive: true, force: true });
  }
}
