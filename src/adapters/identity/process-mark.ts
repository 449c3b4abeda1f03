import { readFile } from 'node:fs/promises';
import { isErrno, readIfThere } from './files.ts';

/** Fields of /proc/<pid>/stat after the name of the program: the state, and when it started in ticks since boot. */
const stateField = 0;
const startField = 19;

async function statOf(pid: number): Promise<readonly string[] | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything, brackets and blanks included.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** When a process started; pids come round again, this does not. `-` where that is not known, as off Linux. */
export async function startOf(pid: number): Promise<string> {
  const [stat, boot] = await Promise.all([
    statOf(pid),
    readIfThere('/proc/sys/kernel/random/boot_id').catch(() => undefined),
  ]);
  const ticks = stat?.[startField];
  return ticks === undefined ? '-' : `${ticks}@${boot?.trim() ?? ''}`;
}

/** Text that names this process among all that ever ran on this machine. */
export async function ownMark(): Promise<string> {
  return `${process.pid} ${await startOf(process.pid)}`;
}

/** True if the process that the text names still runs, or if that cannot be told. */
export async function isRunning(mark: string): Promise<boolean> {
  const [pidText, start] = mark.split(' ');
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if (!isErrno(thrown, 'EPERM')) return false;
  }
  // A zombie: it has ended, and its parent has not waited for it.
  if ('ZX'.includes((await statOf(pid))?.[stateField] ?? '?')) return false;
  const now = await startOf(pid);
  return now === '-' || start === '-' || now === start;
}
