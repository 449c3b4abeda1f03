import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { limits } from '../limits.ts';
import { hashOfPiece } from './hashes.ts';

const { pieceBytes } = limits.files;

/** A file that is not complete. */
export class PartFile {
  readonly path: string;
  /** Whole pieces that it had when it was opened. */
  readonly pieces: number;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, size: number) {
    this.path = path;
    this.#handle = handle;
    this.pieces = Math.floor(size / pieceBytes);
  }

  static async open(path: string): Promise<PartFile> {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o666);
    return new PartFile(path, handle, (await handle.stat()).size);
  }

  /** Hashes of its first pieces, as they are on the disk. */
  async *hashes(pieces = this.pieces): AsyncGenerator<Buffer> {
    const piece = Buffer.allocUnsafeSlow(pieceBytes);
    for (let at = 0; at < pieces; at += 1) {
      for (let filled = 0; filled < pieceBytes; ) {
        const { bytesRead } = await this.#handle.read(piece, filled, pieceBytes - filled, at * pieceBytes + filled);
        if (bytesRead === 0) throw new Error(`${this.path} became shorter`);
        filled += bytesRead;
      }
      yield hashOfPiece(piece);
    }
  }

  /** Drops what is behind so many pieces. */
  async keep(pieces: number): Promise<void> {
    await this.#handle.truncate(pieces * pieceBytes);
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let at = 0; at < bytes.byteLength; ) {
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.byteLength - at, position + at);
      at += bytesWritten;
    }
  }

  /** Resolves when all of it is on the disk, and closes it. */
  async finish(modified: number): Promise<void> {
    try {
      if (modified > 0) await this.#handle.utimes(new Date(), new Date(modified));
      await this.#handle.sync();
    } finally {
      await this.close();
    }
  }

  /** Nothing is left of it. */
  async discard(): Promise<void> {
    await this.close();
    await unlink(this.path);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
