import { readFile } from 'node:fs/promises';
import type { Clock } from '../environment.ts';
import { limits } from '../limits.ts';
import { usageOf } from './args/common.ts';

/** Fields of /proc/<pid>/stat after the name of the program: the state, and when it started in ticks since boot. */
const [stateField, startField] = [0, 19];

async function statOf(pid: number): Promise<readonly string[]> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything, brackets and blanks included.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function hasPid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // It is there, and another user's.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

/**
 * When the process with that pid started, as text that tells it from a later one with the same pid; `''` where that is
 * not told (off Linux). Undefined if there is none, or if it has ended and only its parent has not asked yet.
 */
async function startOf(pid: number): Promise<string | undefined> {
  if (!hasPid(pid)) return undefined;
  const stat = await statOf(pid);
  return 'ZX'.includes(stat[stateField] ?? '?') ? undefined : (stat[startField] ?? '');
}

export interface WatchOptions {
  readonly clock: Clock;
  readonly startOf?: (pid: number) => Promise<string | undefined>;
}

/**
 * Calls back once, when the process is gone that has that pid now. Resolves with how to look no more; rejects with
 * `ERR_USAGE` if there is no such process.
 */
export async function watchProcess(
  pid: number,
  gone: () => void,
  { clock, startOf: look = startOf }: WatchOptions,
): Promise<() => void> {
  const start = await look(pid);
  if (start === undefined) throw usageOf(`--parent: there is no process ${pid}.`);
  let timer: unknown;
  let watching = true;

  async function check(): Promise<void> {
    const now = await look(pid);
    if (!watching) return;
    const isAnother = now !== '' && start !== '' && now !== start;
    if (now === undefined || isAnother) gone();
    else wait();
  }

  function wait(): void {
    timer = clock.setTimeout(() => void check(), limits.cli.parentEveryMs);
  }

  wait();
  return () => {
    watching = false;
    clock.clearTimeout(timer);
  };
}
