import { rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { readIfThere } from './files.ts';
import { isRunning, ownMark } from './process-mark.ts';

const shape = v.object({
  host: v.pipe(v.string(), v.maxLength(255)),
  /** Of the process: its pid comes first. */
  mark: v.pipe(v.string(), v.maxLength(255)),
  /** When the process was started, for people: ISO 8601. */
  started: v.pipe(v.string(), v.isoTimestamp()),
});

/** The process that holds a lock, for the error message of others. A hint: the lock itself decides. */
export type LockHolder = v.InferOutput<typeof shape>;

/** The holder writes its name right after it got the lock: another process may read before that. */
const attempts = 10;
const waitMs = 20;

const fileIn = (directory: string): string => join(directory, 'lock.json');

/** In words. The file is in a directory that others may have been able to write to. */
export function describeHolder({ host, mark, started }: LockHolder): string {
  const clean = (text: string): string => text.replace(/[^\p{L}\p{N}._-]/gu, '?');
  return `process ${clean(mark.split(' ')[0] ?? '')} on ${clean(host)}, started ${started}`;
}

export async function ownHolder(): Promise<LockHolder> {
  return {
    host: hostname(),
    mark: await ownMark(),
    started: new Date(Date.now() - process.uptime() * 1000).toISOString(),
  };
}

/** At once, and without an error: a disk that is full must not end a run that has its lock. */
export function writeHolder(directory: string, holder: LockHolder): void {
  try {
    writeFileSync(fileIn(directory), `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  } catch {
    removeHolder(directory);
  }
}

export function removeHolder(directory: string): void {
  try {
    rmSync(fileIn(directory), { force: true });
  } catch {
    // It names a process that has ended then; no more than an error message depends on it.
  }
}

async function readHolder(directory: string): Promise<LockHolder | undefined> {
  try {
    const parsed = v.safeParse(shape, JSON.parse((await readIfThere(fileIn(directory))) ?? 'null'));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** The process that holds the lock of a directory; undefined if it has not written its name. */
export async function findHolder(directory: string): Promise<LockHolder | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await readHolder(directory);
    // A process that was killed leaves its name behind. Whether one of another host or container runs is not known here.
    const mayHold = found !== undefined && (found.host !== hostname() || (await isRunning(found.mark)));
    if (mayHold || attempt === attempts) return found;
    await wait(waitMs);
  }
}
