import { createReadStream, type Stats, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { LanpeerError } from '../errors.ts';
import { describeThrown } from '../util/thrown.ts';
import { isWriteOnly, statOfDescriptor } from './inherited-descriptors.ts';

/** Where the bytes of a stream come from: a file, or a descriptor that this process got from the one that started it. */
export interface SourceName {
  readonly file?: string | undefined;
  readonly fd?: number | undefined;
}

const readBytes = 262_144;

const unusable = (message: string): LanpeerError => new LanpeerError('ERR_COMMAND', message);

/** Throws `ERR_FILE`. */
function statOfFile(file: string): Stats {
  try {
    return statSync(file);
  } catch (cause) {
    throw new LanpeerError('ERR_FILE', `${file} cannot be read: ${describeThrown(cause)}`, { cause });
  }
}

/** Sources that commands name. A descriptor is read once: then it is closed, and its number may be something else. */
export class StreamSources {
  readonly #inherited: ReadonlySet<number>;
  readonly #taken = new Set<number>();

  /** @param inherited Descriptors that this process had when it began. */
  constructor(inherited: ReadonlySet<number>) {
    this.#inherited = inherited;
  }

  /**
   * Looks at a source, and returns what opens it. A descriptor is this node's from now on. Throws `ERR_COMMAND` or
   * `ERR_FILE`.
   */
  take({ file, fd }: SourceName): () => Readable {
    if (file !== undefined && fd === undefined) return this.#file(file);
    if (fd !== undefined && file === undefined) return this.#descriptor(fd);
    throw unusable('stream needs either file, a path, or fd, the number of a descriptor.');
  }

  #file(file: string): () => Readable {
    const { isFile } = kindOf(statOfFile(file));
    if (!isFile) throw new LanpeerError('ERR_FILE', `${file} is not a file. Pass a pipe as a descriptor, by fd.`);
    return () => createReadStream(file, { highWaterMark: readBytes });
  }

  #descriptor(fd: number): () => Readable {
    if (this.#taken.has(fd)) throw unusable(`Descriptor ${fd} was read by a command before, and is closed.`);
    const stats = this.#inherited.has(fd) ? statOfDescriptor(fd) : undefined;
    if (!stats || this.#isOwnPipe(stats))
      throw new LanpeerError('ERR_FILE', `Descriptor ${fd} is none that this process was started with.`);
    const { isFile, isPipe } = kindOf(stats);
    if (!isFile && !isPipe) throw new LanpeerError('ERR_FILE', `Descriptor ${fd} is no file, no pipe and no socket.`);
    this.#taken.add(fd);
    // A read of a pipe that has nothing must not hold one of the few threads that read files.
    if (isPipe) return () => new Socket({ fd, readable: true, writable: false });
    return () => createReadStream('', { fd, highWaterMark: readBytes });
  }

  /** Of a pipe of Node's own both ends are here: whoever reads it takes its signals. */
  #isOwnPipe(stats: Stats): boolean {
    if (!stats.isFIFO()) return false;
    return [...this.#inherited].some((fd) => {
      const other = statOfDescriptor(fd);
      return other?.dev === stats.dev && other.ino === stats.ino && isWriteOnly(fd);
    });
  }
}

const kindOf = (stats: Stats) => ({ isFile: stats.isFile(), isPipe: stats.isFIFO() || stats.isSocket() });
