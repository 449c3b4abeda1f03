import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LanpeerError } from '../errors.ts';
import { fileError } from './disk.ts';
import { namesIn, numberedName, shownName } from './names.ts';
import type { EntryReader, SourceEntry } from './source.ts';

/** A file or a folder that a person named, and what it is called in the offer. */
export interface Root {
  readonly path: string;
  readonly name: string;
}

/** Names of the offer, of which each is there once. Throws `ERR_FILE` for a path without a name of its own. */
export function rootsOf(paths: readonly string[]): readonly Root[] {
  const names = new Set<string>();
  return paths.map((path) => {
    const own = basename(resolve(path));
    if (own === '') throw new LanpeerError('ERR_FILE', `${path} has no name: send what is in it.`);
    let name = own;
    for (let number = 1; names.has(name); number += 1) name = numberedName(own, number, false);
    names.add(name);
    return { path, name };
  });
}

const notReadable = (path: string): string => `${shownName(path)} cannot be read`;

interface Offered {
  readonly size: number;
  readonly modified: number;
}

/** A file that is open, and what it was when it was offered. */
class OpenFile implements EntryReader {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #offered: Offered;
  #opened: Stats | undefined;

  private constructor(path: string, handle: FileHandle, offered: Offered) {
    this.#path = path;
    this.#handle = handle;
    this.#offered = offered;
  }

  static async open(path: string, offered: Offered): Promise<OpenFile> {
    // A pipe in its place would wait for somebody who writes.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((thrown) => {
      throw fileError(thrown, notReadable(path));
    });
    const file = new OpenFile(path, handle, offered);
    await file.check().catch(async (thrown) => {
      await handle.close();
      throw thrown;
    });
    return file;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    try {
      while (filled < into.byteLength) {
        const { bytesRead } = await this.#handle.read(into, filled, into.byteLength - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (thrown) {
      throw fileError(thrown, notReadable(this.#path));
    }
    return filled;
  }

  async check(): Promise<void> {
    const stats = await this.#handle.stat();
    const { size, modified } = this.#offered;
    this.#opened ??= stats;
    const opened = this.#opened;
    const isOffered = stats.isFile() && stats.size === size && modifiedAt(stats) === modified;
    // Finer than the time of the offer, and nobody can set it back.
    if (!isOffered || stats.mtimeMs !== opened.mtimeMs || stats.ctimeMs !== opened.ctimeMs)
      throw new LanpeerError('ERR_FILE_CHANGED', `${shownName(this.#path)} changed while it was sent: send it again.`);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

const modifiedAt = ({ mtimeMs }: Stats): number => Math.max(0, Math.floor(mtimeMs));

/**
 * What is in the roots: each folder before what is in it, names in the order of their characters. Links inside of folders,
 * devices, pipes and sockets are left out.
 *
 * @param leftOut Told of each of these.
 */
export async function* walk(
  roots: readonly Root[],
  leftOut: (path: string) => void = () => undefined,
): AsyncGenerator<SourceEntry> {
  for (const { path, name } of roots) {
    const stats = await statOf(path, stat);
    if (!stats.isFile() && !stats.isDirectory())
      throw new LanpeerError('ERR_FILE', `${shownName(path)} is neither a file nor a folder: pipe it, and send "-".`);
    yield* walkOne(path, name, stats, leftOut);
  }
}

async function statOf(path: string, call: typeof stat | typeof lstat): Promise<Stats> {
  try {
    return await call(path);
  } catch (thrown) {
    throw fileError(thrown, notReadable(path));
  }
}

async function* walkOne(
  path: string,
  name: string,
  stats: Stats,
  leftOut: (path: string) => void,
): AsyncGenerator<SourceEntry> {
  if (!stats.isFile() && !stats.isDirectory()) {
    leftOut(path);
    return;
  }
  // What a receiver would refuse is told here, to whom can change it.
  namesIn(name);
  const modified = modifiedAt(stats);
  if (stats.isFile()) {
    const { size } = stats;
    yield { kind: 'file', path: name, size, modified, open: () => OpenFile.open(path, { size, modified }) };
    return;
  }
  yield { kind: 'folder', path: name, size: 0, modified: 0, open: () => Promise.reject(new Error('a folder')) };
  const names = await readdir(path).catch((thrown) => {
    throw fileError(thrown, notReadable(path));
  });
  for (const one of names.sort()) {
    const inside = join(path, one);
    yield* walkOne(inside, `${name}/${one}`, await statOf(inside, lstat), leftOut);
  }
}
