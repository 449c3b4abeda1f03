import { randomBytes } from 'node:crypto';
import { type FileHandle, open, opendir, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../environment.ts';
import { LanpeerError } from '../errors.ts';
import { moveFile } from '../files/move.ts';
import { limits } from '../limits.ts';

const { streamFiles, streamFreeBytes, streamCheckMs } = limits.cli;

/** A file that a stream is written to: under its name only when it is complete. */
export interface ReceivedFile {
  readonly path: string;
  write(bytes: Uint8Array): Promise<void>;
  /** Closes it, and gives it its name, which no other file has. */
  complete(): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, at);
    at += bytesWritten;
  }
}

export interface StreamFolderOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Most files in it. */
  readonly files?: number;
  /** What has to be free on its disk. */
  readonly freeBytes?: number;
}

/** A folder for what peers send. They can neither name a file in it nor fill the disk. */
export class StreamFolder {
  readonly #path: string;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #most: { readonly files: number; readonly freeBytes: number };
  #files = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #isFull = false;

  constructor(path: string, { clock, files = streamFiles, freeBytes = streamFreeBytes }: StreamFolderOptions) {
    this.#path = path;
    this.#clock = clock;
    this.#most = { files, freeBytes };
  }

  /**
   * A new file, which belongs to this user alone. Its name has the beginning of the peer's id, for people; what comes from
   * the peer itself is in no name. Rejects with `ERR_FILE` when the folder is full, or with what the system says.
   */
  async create(peerId: string): Promise<ReceivedFile> {
    await this.#check();
    if (this.#files >= this.#most.files)
      throw new LanpeerError('ERR_FILE', `${this.#path} has ${this.#most.files} files: take some out.`);
    this.#files += 1;
    const path = join(this.#path, `${peerId.slice(0, 8)}-${randomBytes(12).toString('hex')}`);
    const part = `${path}.part`;
    const handle = await open(part, 'wx', 0o600);
    return {
      path,
      write: async (bytes) => {
        await this.#check();
        await writeAll(handle, bytes);
      },
      async complete() {
        await handle.close();
        await moveFile(part, path);
      },
      async discard() {
        await handle.close();
        await unlink(part);
      },
    };
  }

  async #check(): Promise<void> {
    if (this.#clock.monotonic() - this.#lookedAt >= streamCheckMs) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
      await this.#looking;
    }
    if (this.#isFull)
      throw new LanpeerError('ERR_FILE', `The disk of ${this.#path} has less than ${this.#most.freeBytes} bytes left.`);
  }

  /** What others put there, or took out, counts as well. */
  async #look(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#path);
    let files = 0;
    for await (const _ of await opendir(this.#path)) {
      files += 1;
      if (files >= this.#most.files) break;
    }
    this.#isFull = bavail * bsize < this.#most.freeBytes;
    this.#files = files;
    this.#lookedAt = this.#clock.monotonic();
  }
}
