import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createLineSplitter } from '../cli/lines.ts';
import { packageRoot } from '../util/package-root.ts';

/** One line of `lanpeer run --json`. */
export type CliEvent = Readonly<Record<string, unknown>> & { readonly event: string };

/** A running `lanpeer run --json`. */
export interface CliProcess {
  readonly pid: number;
  /** Every event so far. */
  readonly events: readonly CliEvent[];
  /** What it wrote to standard error. */
  readonly log: string;
  /** The first event from `from` on that fits; rejects after `timeMs` or when the process ends without it. */
  waitFor(
    what: string,
    fits: (event: CliEvent) => boolean,
    options?: { timeMs?: number; from?: number },
  ): Promise<CliEvent>;
  /** Writes a command, or any line. */
  write(command: object | string): void;
  kill(signal: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  readonly child: ChildProcess;
}

export interface CliProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The command to start; default: the one of this package. */
  readonly main?: string;
  /** What is to run it, such as `ip netns exec name`; its words come before those of the command. Default: nothing. */
  readonly prefix?: readonly string[];
  /** Called at each event. */
  readonly onEvent?: (event: CliEvent) => void;
}

const builtMain = join(packageRoot, 'dist', 'cli', 'main.js');

interface Waiter {
  readonly look: () => boolean;
  readonly fail: (why: string) => void;
}

/** Starts the command with these arguments under this Node. */
export function startCli(args: readonly string[], options: CliProcessOptions = {}): CliProcess {
  const { env = process.env, main = builtMain, prefix = [], onEvent } = options;
  const [program = process.execPath, ...words] = [...prefix, process.execPath, main, ...args];
  const child = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const events: CliEvent[] = [];
  const waiters = new Set<Waiter>();
  let log = '';
  let over: string | undefined;

  const split = createLineSplitter(
    Number.MAX_SAFE_INTEGER,
    (line) => {
      let event: CliEvent;
      try {
        event = JSON.parse(line);
      } catch {
        event = { event: 'not JSON', line };
      }
      events.push(event);
      onEvent?.(event);
      for (const waiter of [...waiters]) if (waiter.look()) waiters.delete(waiter);
    },
    () => undefined,
  );
  child.stdout.on('data', split);
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      over = `the process ended with ${code ?? signal}: ${log}`;
      for (const waiter of waiters) waiter.fail(over);
      waiters.clear();
      resolve(code ?? signal);
    });
  });

  return {
    pid: child.pid ?? 0,
    events,
    get log() {
      return log;
    },
    waitFor(what, fits, { timeMs = 10_000, from = 0 } = {}) {
      return new Promise((resolve, reject) => {
        const fail = (why: string): void => {
          clearTimeout(timer);
          reject(new Error(`Waited for ${what}: ${why}. Events: ${JSON.stringify(events.slice(from))}`));
        };
        const waiter: Waiter = {
          look() {
            const found = events.slice(from).find(fits);
            if (!found) return false;
            clearTimeout(timer);
            resolve(found);
            return true;
          },
          fail,
        };
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          fail(`it did not come in ${timeMs} ms`);
        }, timeMs);
        if (waiter.look()) return;
        if (over === undefined) waiters.add(waiter);
        else fail(over);
      });
    },
    write(command) {
      child.stdin.write(`${typeof command === 'string' ? command : JSON.stringify(command)}\n`);
    },
    kill: (signal) => void child.kill(signal),
    exited,
    child,
  };
}
