import { isUtf8 } from 'node:buffer';
import { frameOf, frameTypes, headBytes, numberAt, refuse } from './frames.ts';
import { namesIn } from './names.ts';

/** What an offer has in it: a folder comes before what is in it. */
export interface Entry {
  /** `stream`: a file whose size is known at its end. */
  readonly kind: 'folder' | 'file' | 'stream';
  /** Relative, with slashes. */
  readonly path: string;
  /** Bytes of a file; 0 for the others. */
  readonly size: number;
  /** Wall clock, ms, when it was changed; 0 if that is not known. */
  readonly modified: number;
}

const kinds = ['folder', 'file', 'stream'] as const;
const bodyHeadBytes = 21;

/** @param from Pieces of it that the receiver has. */
export function entryFrame({ kind, path, size, modified }: Entry, from = 0): Buffer {
  const name = Buffer.from(path);
  const frame = frameOf(frameTypes.entry, bodyHeadBytes + name.byteLength);
  frame[headBytes] = kinds.indexOf(kind);
  frame.writeBigUInt64BE(BigInt(size), headBytes + 1);
  frame.writeBigUInt64BE(BigInt(modified), headBytes + 9);
  frame.writeUInt32BE(from, headBytes + 17);
  frame.set(name, headBytes + bodyHeadBytes);
  return frame;
}

/** An entry that came, with the names of its path. */
export interface ReceivedEntry extends Entry {
  readonly names: readonly string[];
  readonly from: number;
}

/** Throws `ERR_OFFER`. */
export function decodeEntry(body: Uint8Array): ReceivedEntry {
  const kind = kinds[body[0] ?? -1];
  if (kind === undefined) throw refuse('offers something that is neither a file nor a folder');
  const [size, modified] = [numberAt(body, 1), numberAt(body, 9)];
  if (kind !== 'file' && size !== 0) throw refuse('offers a folder, or a file of unknown size, with a size');
  const from = Buffer.from(body.buffer, body.byteOffset, body.byteLength).readUInt32BE(17);
  const name = body.subarray(bodyHeadBytes);
  if (!isUtf8(name)) throw refuse('offers a name that is no text');
  const path = Buffer.from(name).toString();
  return { kind, path, names: namesIn(path), size, modified, from };
}
