import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeNetworkKey, type NodeStats } from '../../../src/index.ts';
import { type CliProcess, startCli } from '../../../src/testing/cli-process.ts';
import type { Target } from './target.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** More than any promise allows: a victim that needs it ends there, before the machine does. */
const heapMb = 1_024;

/** The node that is attacked. */
export interface Victim {
  readonly target: Target;
  readonly cli: CliProcess;
  readonly alive: boolean;
  /** The longest time that its event loop was held since then, ms of its processor time. */
  heldSince(at: number): number;
  stats(): Promise<NodeStats>;
  end(): Promise<void>;
}

export interface VictimOptions {
  /** Default: the command with its own defaults. */
  readonly maxMessageBytes?: number;
  readonly args?: readonly string[];
  readonly networkKey?: string;
  /** It sends to whom connects under this name, until it is told to wait; only with `maxMessageBytes`. */
  readonly sendTo?: string;
}

export async function startVictim({
  maxMessageBytes,
  args = ['--no-discovery'],
  networkKey = makeNetworkKey(),
  sendTo,
}: VictimOptions): Promise<Victim> {
  const directory = mkdtempSync(join(tmpdir(), 'lanpeer-attack-'));
  const gauge = join(directory, 'gauge');
  writeFileSync(gauge, '');
  const keyFile = join(directory, 'key');
  writeFileSync(keyFile, networkKey, { mode: 0o600 });
  const preload = pathToFileURL(path('gauge-process.ts')).href;
  const env = {
    ...process.env,
    LANPEER_GAUGE: gauge,
    NODE_OPTIONS: `--max-old-space-size=${heapMb} --import ${preload}`,
  };
  const interfaces = ['127.0.0.1'];
  const options = { name: 'victim', access: { networkKey }, interfaces, discovery: false, maxMessageBytes };
  const cli =
    maxMessageBytes === undefined
      ? startCli(['run', '--json', '--ephemeral', '--interface', '127.0.0.1', '--key-file', keyFile, ...args], { env })
      : startCli([JSON.stringify(options), ...(sendTo === undefined ? [] : [sendTo])], {
          env,
          main: path('victim-process.ts'),
        });
  let alive = true;
  void cli.exited.then(() => {
    alive = false;
  });
  const kill = (): void => cli.kill('SIGKILL');
  process.once('exit', kill);
  const ready = await cli.waitFor('ready', ({ event }) => event === 'ready', { timeMs: 30_000 });
  let asked = 0;
  return {
    target: { id: String(ready['id']), port: Number(ready['port']), address: '127.0.0.1', networkKey, pid: cli.pid },
    cli,
    get alive() {
      return alive;
    },
    heldSince(since) {
      const lines = readFileSync(gauge, 'utf8').trim().split('\n');
      const samples = lines.map((line) => line.split(' ').map(Number));
      return Math.max(0, ...samples.filter(([at = 0]) => at >= since).map(([, held = 0]) => held));
    },
    async stats() {
      asked += 1;
      const ref = `stats-${asked}`;
      const from = cli.events.length;
      cli.write({ do: 'stats', ref });
      const { data } = await cli.waitFor('stats', (event) => event['ref'] === ref, { timeMs: 10_000, from });
      return data as NodeStats;
    },
    async end() {
      process.off('exit', kill);
      kill();
      await cli.exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
