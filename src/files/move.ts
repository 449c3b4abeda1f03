import { link, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { codeOf } from '../util/thrown.ts';
import { ignoreMissing } from './disk.ts';

/** What file systems without hard links say. */
const noLinks = ['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK', 'EINVAL'];

/** Calls of the system that not every file system takes. */
export interface MoveCalls {
  readonly link: typeof link;
  readonly rename: typeof rename;
}

const system: MoveCalls = { link, rename };

/**
 * Gives a file a second name on the same file system; where there are no links, it has only that one then. Never replaces
 * anything: rejects with `EEXIST` where something has that name, whoever comes first.
 */
export async function nameFile(from: string, to: string, calls: MoveCalls = system): Promise<void> {
  try {
    await calls.link(from, to);
  } catch (thrown) {
    if (!noLinks.includes(codeOf(thrown) ?? '')) throw thrown;
    await moveByClaim(from, to, calls);
  }
}

/** As {@link nameFile}, and the name before is gone. */
export async function moveFile(from: string, to: string, calls: MoveCalls = system): Promise<void> {
  await nameFile(from, to, calls);
  await ignoreMissing(unlink(from));
}

/** Without links: a new empty file takes the name, and only that one is replaced. */
async function moveByClaim(from: string, to: string, calls: MoveCalls): Promise<void> {
  const claim = await open(to, 'wx');
  await claim.close();
  try {
    await calls.rename(from, to);
  } catch (thrown) {
    await unlink(to);
    throw thrown;
  }
}

/** As {@link moveFile}, for a folder: a new empty one takes the name, and nothing else is ever replaced. */
export async function moveFolder(from: string, to: string, calls: MoveCalls = system): Promise<void> {
  await mkdir(to);
  try {
    await calls.rename(from, to);
  } catch (thrown) {
    // Windows renames onto nothing that is there.
    const mayTry = ['EPERM', 'EEXIST', 'EACCES'].includes(codeOf(thrown) ?? '');
    await rmdir(to);
    if (!mayTry) throw thrown;
    await calls.rename(from, to);
  }
}
