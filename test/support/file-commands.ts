import { readFileSync } from 'node:fs';
import { type CliEvent, type CliProcess, makeDirectory, makeKeyFile, start } from './cli.ts';

/** Commands of two people, who have the same key and an identity each. */
export async function setUpFileCommands({ tls = false } = {}) {
  const keyFile = await makeKeyFile();
  const [deskState, shelfState] = [await makeDirectory(), await makeDirectory()];
  const [from, into] = [await makeDirectory(), await makeDirectory()];
  const node = ['--json', '--interface', '127.0.0.1', '--key-file', keyFile, ...(tls ? ['--transport', 'tls'] : [])];
  /** Of what is started next. */
  const env = { desk: process.env, shelf: process.env };
  return {
    from,
    into,
    node,
    env,
    /** A receiver that is ready. */
    async receive(...more: readonly string[]) {
      const folder = more[0]?.startsWith('/') ? [] : [into];
      const cli = start(['receive', ...folder, ...more, ...node, '--state', shelfState, '--name', 'shelf'], env.shelf);
      const { port, id } = await cli.waitFor('ready', ({ event }) => event === 'ready');
      return { cli, port: Number(port), id: String(id) };
    },
    send: (...args: readonly string[]): CliProcess =>
      start(['send', ...args, ...node, '--state', deskState, '--name', 'desk'], env.desk),
  };
}

export const is =
  (name: string) =>
  ({ event }: CliEvent): boolean =>
    event === name;

export interface Breaks {
  /** Every socket is cut when it has written and read so many bytes in all. */
  readonly cutAt?: readonly number[];
  /** The process is killed then. */
  readonly killAt?: number;
  /** How much it has written is there. */
  readonly sentFile?: string;
}

/** The environment of a command that is broken in the midst of what it does. */
export const broken = ({ cutAt = [], killAt, sentFile = '/dev/null' }: Breaks): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: `--import=${new URL('cut-sockets-process.ts', import.meta.url)}`,
  LANPEER_CUT_AT: cutAt.map(Math.round).join(','),
  LANPEER_SENT_FILE: sentFile,
  ...(killAt !== undefined && { LANPEER_KILL_AT: `${Math.round(killAt)}` }),
});

/** Most memory that a process had at any moment, in bytes; 0 for one that is gone. */
export function mostMemoryOf({ pid }: Pick<CliProcess, 'pid'>): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
