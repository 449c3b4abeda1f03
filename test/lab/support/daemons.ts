import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';
import type { Host } from './hosts.ts';

/** Daemons on a host, with a D-Bus of their own. */
export interface Daemons {
  /** Of these daemons alone; every user may read it. */
  readonly directory: string;
  /** Starts one; resolves when it printed that. */
  start(words: readonly string[], text: string): Promise<void>;
  /** Runs a client of them; returns what it prints. */
  run(words: readonly string[]): string;
  stop(): Promise<void>;
}

const busConfig = (socket: string): string => `
  <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
    "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
  <busconfig>
    <listen>unix:path=${socket}</listen>
    <auth>EXTERNAL</auth>
    <policy context="default">
      <allow user="*"/>
      <allow send_destination="*" eavesdrop="true"/>
      <allow eavesdrop="true"/>
      <allow own="*"/>
    </policy>
  </busconfig>`;

/** Resolves when it printed that; rejects if it ends before. */
async function printed(child: ChildProcess, text: string): Promise<void> {
  let all = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      all += chunk.toString();
      child.emit('printed');
    });
  child.once('exit', () => child.emit('printed'));
  while (!all.includes(text)) {
    await once(child, 'printed');
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended: ${all}`);
  }
}

export async function startDaemons({ prefix }: Host): Promise<Daemons> {
  const directory = mkdtempSync(join(tmpdir(), 'lanpeer-daemons-'));
  chmodSync(directory, 0o755);
  const socket = join(directory, 'bus');
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}`, LC_ALL: 'C' };
  const running: ChildProcess[] = [];
  const kill = (): void => {
    for (const child of running) child.kill('SIGKILL');
  };
  const forget = atExit(kill);
  const daemons: Daemons = {
    directory,
    start(words, text) {
      const [program = '', ...args] = [...prefix, ...words];
      const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      running.push(child);
      return printed(child, text);
    },
    run(words) {
      const [program = '', ...args] = [...prefix, ...words];
      return execFileSync(program, args, { env, encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'pipe'] });
    },
    async stop() {
      forget();
      kill();
      await Promise.all(running.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
      rmSync(directory, { recursive: true, force: true });
    },
  };
  writeFileSync(join(directory, 'bus.conf'), busConfig(socket));
  const bus = ['dbus-daemon', `--config-file=${join(directory, 'bus.conf')}`, '--nofork', '--nopidfile'];
  try {
    await daemons.start([...bus, '--print-address'], 'unix:path=');
  } catch (thrown) {
    await daemons.stop();
    throw thrown;
  }
  return daemons;
}
