import { randomBytes } from 'node:crypto';
import { link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LanpeerError } from '../../errors.ts';
import { isErrno, readIfThere } from './files.ts';
import { isRunning, ownMark } from './process-mark.ts';

const pattern = /^lock\.([1-9][0-9]{0,14})$/;
const free = 'free';
/** Turns in which somebody else was faster, before somebody else must hold it. */
const turns = 50;

/** The numbers of the lock files that are there, highest first. */
async function numbersIn(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names.flatMap((name) => Number(pattern.exec(name)?.[1] ?? [])).sort((a, b) => b - a);
}

const inUse = (directory: string, holder: string): LanpeerError =>
  new LanpeerError(
    'ERR_STATE_IN_USE',
    `Another running node (process ${holder}) uses the state directory ${directory}: give this one a directory of its own.`,
  );

/**
 * Takes the lock of a directory: the file `lock.<number>` with the highest number, which names its holder or says that
 * it is free. Who finds it free, or its holder gone, makes the next number by a hard link, which only one process can;
 * who finds a higher one afterwards was late and withdraws. The highest file is never removed, so that no number is
 * given twice. Rejects with `ERR_STATE_IN_USE`. Resolves with what gives the lock back.
 */
export async function takeLock(directory: string): Promise<() => Promise<void>> {
  const pathOf = (number: number): string => join(directory, `lock.${number}`);
  const draft = join(directory, `lock-${randomBytes(6).toString('hex')}`);
  const mine = `${await ownMark()} ${randomBytes(6).toString('hex')}`;
  let holder = '';
  try {
    await writeFile(draft, mine, { mode: 0o600, flag: 'wx' });
    for (let turn = 0; turn < turns; turn += 1) {
      const [top = 0] = await numbersIn(directory);
      holder = (top > 0 ? await readIfThere(pathOf(top)) : free) ?? '';
      if (holder !== free && (await isRunning(holder))) break;
      const next = top + 1;
      if (!(await linked(draft, pathOf(next)))) continue;
      const [highest = 0, ...lower] = await numbersIn(directory);
      if (highest === next) {
        await Promise.all(lower.map((number) => rm(pathOf(number), { force: true })));
        let released: Promise<void> | undefined;
        return () => {
          released ??= release(pathOf(next), mine, draft);
          return released;
        };
      }
      await rm(pathOf(next), { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw inUse(directory, holder.split(' ')[0] ?? '');
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, 'EEXIST')) return false;
    throw thrown;
  }
}

async function release(path: string, mine: string, draft: string): Promise<void> {
  if ((await readIfThere(path)) !== mine) return;
  try {
    await writeFile(draft, free, { mode: 0o600 });
    await rename(draft, path);
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
}
