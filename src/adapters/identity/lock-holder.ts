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

/** Who holds a lock, for the message to others. It is a hint: what it says never decides. */
export type LockHolder = v.InferOutput<typeof shape>;

/** The winner writes its name right after it has won: a loser may look before that. */
const turns = 10;
const turnMs = 20;

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
    // It names somebody who is gone then; only a message would say so.
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

/** Who holds the lock of a directory that is held. Undefined if nobody has said so. */
export async function findHolder(directory: string): Promise<LockHolder | undefined> {
  for (let turn = 1; ; turn += 1) {
    const found = await readHolder(directory);
    // One that was killed leaves its name behind. Of another host, or another container, nobody here can tell.
    const may = found !== undefined && (found.host !== hostname() || (await isRunning(found.mark)));
    if (may || turn === turns) return found;
    await wait(turnMs);
  }
}
