import { createHash, type Hash, hash } from 'node:crypto';

/** SHA-256 of a piece: on processors of the last years several times faster than what carries the bytes. */
export const hashOfPiece = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** The hash of a file: SHA-256 over those of its pieces, in order. So each byte is hashed once. */
export class FileHash {
  readonly #hash: Hash = createHash('sha256');

  add(hashOfOnePiece: Uint8Array): void {
    this.#hash.update(hashOfOnePiece);
  }

  end(): Buffer {
    return this.#hash.digest();
  }
}
