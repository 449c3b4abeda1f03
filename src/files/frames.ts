import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { hashBytes } from './offer.ts';

/**
 * Frames of a transfer: a type (1 byte), the length of the body (4 bytes, big endian), the body. Those from the sender of
 * files are below 16.
 */
export const frameTypes = {
  /** A file or a folder begins. */
  entry: 1,
  /** SHA-256 of a piece, and its bytes. */
  piece: 2,
  /** The hash of the file that ends. */
  fileEnd: 3,
  /** All was sent: the number of entries. */
  end: 4,
  /** Of what the receiver has, what was compared so far: files, and bytes in them. */
  compared: 5,
  /** The entry from which the sender goes on: behind those that the receiver has, or 0, the first one. */
  begin: 6,
  /** The receiver takes it: entries and pieces that it has. */
  accept: 16,
  /** Hashes of the entries that it has, in order, then of the pieces. */
  hashes: 17,
  /** A file is complete there: its hash. */
  stored: 18,
  /** All is there: the number of entries. */
  done: 19,
} as const;

export type FrameType = (typeof frameTypes)[keyof typeof frameTypes];

export const headBytes = 5;
const { pieceBytes, pathBytes, hashesPerFrame } = limits.files;
const entryHeadBytes = 1 + 8 + 8 + 4;

/** Least and most bytes of a body. */
const sizes: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [frameTypes.entry, [entryHeadBytes + 1, entryHeadBytes + pathBytes]],
  [frameTypes.piece, [hashBytes + 1, hashBytes + pieceBytes]],
  [frameTypes.fileEnd, [hashBytes, hashBytes]],
  [frameTypes.end, [8, 8]],
  [frameTypes.compared, [16, 16]],
  [frameTypes.begin, [8, 8]],
  [frameTypes.accept, [16, 16]],
  [frameTypes.hashes, [hashBytes, hashBytes * hashesPerFrame]],
  [frameTypes.stored, [hashBytes, hashBytes]],
  [frameTypes.done, [8, 8]],
]);

export interface FrameHead {
  readonly type: FrameType;
  readonly length: number;
}

export const refuse = (why: string): LanpeerError => new LanpeerError('ERR_OFFER', `The other end ${why}.`);

/** Throws `ERR_OFFER`. */
export function decodeHead(bytes: Uint8Array): FrameHead {
  const view = viewOf(bytes);
  const [type, length] = [view.getUint8(0), view.getUint32(1)];
  const [least, most] = sizes.get(type) ?? [];
  if (least === undefined || most === undefined) throw refuse(`sent a frame of the unknown type ${type}`);
  if (length < least || length > most) throw refuse(`sent a frame of type ${type} with ${length} bytes`);
  return { type: type as FrameType, length };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** A frame with room for a body of so many bytes behind its head. */
export function frameOf(type: FrameType, length: number): Buffer {
  const frame = Buffer.alloc(headBytes + length);
  frame[0] = type;
  frame.writeUInt32BE(length, 1);
  return frame;
}

/** The head of a piece of so many bytes, with its hash: the bytes come behind it. */
export function pieceHead(hash: Uint8Array, bytes: number): Buffer {
  const head = Buffer.alloc(headBytes + hashBytes);
  head[0] = frameTypes.piece;
  head.writeUInt32BE(hashBytes + bytes, 1);
  head.set(hash, headBytes);
  return head;
}

export function frameWith(type: FrameType, body: Uint8Array): Buffer {
  const frame = frameOf(type, body.byteLength);
  frame.set(body, headBytes);
  return frame;
}

/** A frame whose body is whole numbers, of 8 bytes each. */
export function frameOfNumbers(type: FrameType, ...numbers: readonly number[]): Buffer {
  const frame = frameOf(type, 8 * numbers.length);
  for (const [at, number] of numbers.entries()) frame.writeBigUInt64BE(BigInt(number), headBytes + 8 * at);
  return frame;
}

/** The number at this place of a body. Throws `ERR_OFFER` for one that is not safe. */
export function numberAt(body: Uint8Array, at: number): number {
  const value = viewOf(body).getBigUint64(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse('sent a number that is too large');
  return Number(value);
}
