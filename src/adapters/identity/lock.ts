import { constants } from 'node:fs';
import { access, link, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LanpeerError } from '../../errors.ts';
import { createAtomically, isErrno, lacksHardLinks, stateDirError } from './files.ts';
import { describeHolder, findHolder, type LockHolder, ownHolder, removeHolder, writeHolder } from './lock-holder.ts';
import { loadSqlite } from './sqlite.ts';

/** Primary result codes of SQLite. */
const codes = { busy: 5, cannotOpen: 14, notADatabase: 26 } as const;
/** SQLite opens nothing whose whole path is longer. */
const pathBytes = 511;
/** Lock files of lanpeer before it used SQLite. */
const oldLockFile = /^lock(\.[1-9][0-9]{0,14}|-[0-9a-f]{12})$/;
/** A database without a reference is closed by the garbage collector, and its lock with it. */
const held = new Set<DatabaseSync>();

function inUse(directory: string, holder: LockHolder | undefined): LanpeerError {
  const message = holder
    ? `Another running node (${describeHolder(holder)}) uses the state directory ${directory}: give this one a directory of its own.`
    : // A file system without locks gives the same error as a lock that another process holds.
      `Another running node uses the state directory ${directory}: give this one a directory of its own. If there is no other, the file system cannot lock files: put the directory on a local disk.`;
  return new LanpeerError('ERR_STATE_IN_USE', message);
}

const resultOf = (thrown: unknown): number =>
  thrown instanceof Error && 'errcode' in thrown ? Number(thrown.errcode) & 0xff : 0;

function lockError(thrown: unknown, directory: string, path: string): LanpeerError {
  const result = resultOf(thrown);
  if (result === codes.notADatabase)
    return new LanpeerError('ERR_STATE_DIR', `The file ${path} is not the lock of lanpeer: remove it.`, {
      cause: thrown,
    });
  if (result === codes.cannotOpen && Buffer.byteLength(path) > pathBytes)
    return new LanpeerError(
      'ERR_STATE_DIR',
      `The path of the state directory ${directory} is too long: choose one of ${pathBytes - 8} bytes at most.`,
      { cause: thrown },
    );
  return stateDirError(directory, thrown);
}

/**
 * Makes the file for its owner alone, where hard links can be made; else SQLite makes it. It is given its name only once
 * it is closed: no process can hold a lock on it before.
 */
async function makeLockFile(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (thrown) {
    if (!isErrno(thrown, 'ENOENT')) throw thrown;
    await createAtomically(path, '', link).catch((failed: unknown) => {
      if (!lacksHardLinks(failed)) throw failed;
    });
  }
}

/**
 * Undefined if another process holds it. One lock of the kernel decides, so of several that come at one moment one has it;
 * `BEGIN EXCLUSIVE` takes a second one after it, by which each may keep the other out.
 */
function lock(path: string): DatabaseSync | undefined {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path);
  try {
    // Nothing is ever written, so no journal has to lie beside it.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
    return database;
  } catch (thrown) {
    database.close();
    if (resultOf(thrown) === codes.busy) return undefined;
    throw thrown;
  }
}

/** Those are of no use any more. A node of that version that still runs is not noticed. */
async function removeOldLocks(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => oldLockFile.test(name));
  await Promise.all(names.map((name) => rm(join(directory, name), { force: true })));
}

/**
 * Takes the lock of a directory: a write transaction on `lock.db`, an empty file. The kernel ends it with the process,
 * however that ends, and Node with the worker; it holds between containers and their host, and by every path that leads
 * to the directory. It does not wait. `lock.json` names the process that holds it, for people.
 *
 * **Nothing but this function may open `lock.db`**, not even to read: POSIX gives the locks that a process has on a file
 * away as soon as that process closes any descriptor of it (fcntl(2)). `stat` opens nothing.
 *
 * Rejects with `ERR_STATE_IN_USE`, or `ERR_STATE_DIR` if the directory cannot be used. Resolves with what gives the lock
 * back, which may be called any number of times.
 */
export async function takeLock(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'lock.db');
  let database: DatabaseSync | undefined;
  try {
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    await makeLockFile(path);
    const holder = await ownHolder();
    database = lock(path);
    if (database) writeHolder(directory, holder);
  } catch (thrown) {
    throw lockError(thrown, directory, path);
  }
  if (!database) throw inUse(directory, await findHolder(directory));
  const taken = database;
  held.add(taken);
  await removeOldLocks(directory).catch(() => undefined);
  return async () => {
    if (!held.delete(taken)) return;
    removeHolder(directory);
    taken.close();
  };
}
