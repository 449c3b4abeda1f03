import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { LanpeerError } from '../../errors.ts';
import { isErrno, readIfThere } from './files.ts';

/** Attempts to take over a lock whose holder is gone, before somebody else must be doing the same over and over. */
const takeOvers = 5;

/** When a process started, in ticks since boot; pids come round again, this does not. Null off Linux. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in brackets and may hold anything, brackets and blanks included.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

async function isAlive(holder: string): Promise<boolean> {
  const [pidText, start] = holder.split(' ');
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if (!isErrno(thrown, 'EPERM')) return false;
  }
  const now = await startOf(pid);
  return now === null || start === '-' || now === start;
}

/**
 * Takes the lock, a file that names its holder; one whose process is gone is taken over. The file comes to be by a hard
 * link, which exactly one of several processes can make. Rejects with `ERR_STATE_IN_USE`. Resolves with what gives the
 * lock back.
 */
export async function takeLock(path: string, directory: string): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${(await startOf(process.pid)) ?? '-'} ${randomBytes(6).toString('hex')}`;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    for (let turn = 0; turn < takeOvers; turn += 1) {
      try {
        await link(draft, path);
        return () => release(path, mine);
      } catch (thrown) {
        if (!isErrno(thrown, 'EEXIST')) throw thrown;
      }
      const holder = await readIfThere(path);
      if (holder === undefined) continue;
      if (await isAlive(holder)) break;
      await removeStale(path, holder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw new LanpeerError(
    'ERR_STATE_IN_USE',
    `Another running node uses the state directory ${directory}: give this one a directory of its own.`,
  );
}

/**
 * Takes a stale lock away. Between reading and removing, another process may have put its own there: a second lock
 * around the removal, again made by a hard link, lets one process at a time do it.
 */
async function removeStale(path: string, holder: string): Promise<void> {
  const guard = `${path}.stale`;
  const draft = `${guard}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${process.pid} ${(await startOf(process.pid)) ?? '-'}`, { mode: 0o600 });
  try {
    await link(draft, guard);
  } catch (thrown) {
    if (!isErrno(thrown, 'EEXIST')) throw thrown;
    // Whoever died while it removed the stale lock left this one behind.
    const other = await readIfThere(guard);
    if (other !== undefined && !(await isAlive(other))) await rm(guard, { force: true });
    return;
  } finally {
    await rm(draft, { force: true });
  }
  try {
    if ((await readIfThere(path)) === holder) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readIfThere(path)) === mine) await rm(path, { force: true });
}
