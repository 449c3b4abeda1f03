import { limits } from '../limits.ts';
import type { ReceivedEntry } from './entry.ts';
import type { FrameReader } from './frame-reader.ts';
import { refuse } from './frames.ts';
import { FileHash, hashOfPiece } from './hashes.ts';
import { shownName } from './names.ts';
import { hashBytes } from './offer.ts';
import type { PartFile } from './part-file.ts';
import { type TwoPieces, twoPieces } from './pieces.ts';

const { pieceBytes } = limits.files;

/** Memory of a transfer that is received: two pieces, and what is written of one while the other one comes. */
export class PieceMemory {
  readonly #two: TwoPieces = twoPieces();
  #next = 0;

  take(bytes: number): Uint8Array {
    this.#next = 1 - this.#next;
    return (this.#two[this.#next] as Uint8Array).subarray(0, bytes);
  }
}

/** A file that comes, piece by piece. */
export class ReceivedFile {
  readonly entry: ReceivedEntry;
  readonly part: PartFile;
  readonly #memory: PieceMemory;
  readonly #hash: FileHash;
  #position: number;
  #isAtEnd = false;
  #writing: Promise<void> | undefined;

  private constructor(entry: ReceivedEntry, part: PartFile, memory: PieceMemory, hash: FileHash) {
    this.entry = entry;
    this.part = part;
    this.#memory = memory;
    this.#hash = hash;
    this.#position = entry.from * pieceBytes;
  }

  /** @param hash Of all pieces of the part. */
  static async begin(entry: ReceivedEntry, part: PartFile, memory: PieceMemory, hash: FileHash): Promise<ReceivedFile> {
    const { from, size, kind } = entry;
    if (from > part.pieces || (kind === 'file' && from * pieceBytes > size)) throw refuse('goes on behind the end');
    await part.keep(from);
    return new ReceivedFile(entry, part, memory, from === part.pieces ? hash : await rehash(part, from));
  }

  /** Takes a piece with its hash. Resolves when its memory is not used any more; what was before it is written by then. */
  async piece(reader: FrameReader, length: number): Promise<number> {
    const bytes = length - hashBytes;
    const { kind, size } = this.entry;
    if (this.#isAtEnd || (kind === 'file' && bytes !== Math.min(pieceBytes, size - this.#position)))
      throw refuse(`sends other bytes of ${this.#name} than it offered`);
    this.#isAtEnd = bytes < pieceBytes;
    const theirs = await reader.body(hashBytes);
    const piece = this.#memory.take(bytes);
    await reader.fill(piece);
    const ours = hashOfPiece(piece);
    if (!ours.equals(theirs)) throw refuse(`sends a piece of ${this.#name} that has not the hash that it says`);
    this.#hash.add(ours);
    await this.#writing;
    this.#writing = this.part.write(piece, this.#position);
    this.#writing.catch(() => undefined);
    this.#position += bytes;
    return bytes;
  }

  /** Resolves with its hash when all of it is written. */
  async end(reader: FrameReader): Promise<Uint8Array> {
    const theirs = await reader.body(hashBytes);
    await this.#writing;
    const { kind, size } = this.entry;
    if (kind === 'file' && this.#position !== size) throw refuse(`ends ${this.#name} before its end`);
    const ours = this.#hash.end();
    if (!ours.equals(theirs)) throw refuse(`says another hash of ${this.#name} than it has`);
    return ours;
  }

  /** Bytes of it so far. */
  get size(): number {
    return this.#position;
  }

  /** It does not come to its end. */
  async close(): Promise<void> {
    await this.#writing?.catch(() => undefined);
    await this.part.close();
  }

  get #name(): string {
    return shownName(this.entry.path);
  }
}

async function rehash(part: PartFile, pieces: number): Promise<FileHash> {
  const hash = new FileHash();
  for await (const one of part.hashes(pieces)) hash.add(one);
  return hash;
}
