/** A large byte array of a message, beside the rest of its payload (out of band, as in Python's PEP 574). */
export interface OutOfBand {
  /** Bytes of the rest that come before it. */
  readonly at: number;
  readonly byteLength: number;
  /** Its bytes, in order. */
  readonly parts: readonly Uint8Array[];
}

/** The encoding of a message: in one piece, or with large byte arrays out of band. */
export type Payload = Uint8Array | SegmentedPayload;

/** Some bytes of a payload. */
export type PayloadPart = Uint8Array | { readonly byteLength: number; readonly pieces: readonly Uint8Array[] };

interface Segment {
  /** Bytes of the payload before it. */
  readonly from: number;
  /** What it has to have: lent memory may be gone meanwhile. */
  readonly byteLength: number;
  readonly bytes: Uint8Array;
}

const noBand: readonly OutOfBand[] = [];
const none = new Uint8Array();
const pieceBytes = 262_144;

/** A payload whose large byte arrays are not copied into one piece with the rest. On the wire they are where they belong. */
export class SegmentedPayload {
  readonly byteLength: number;
  /** All of it but the arrays. */
  readonly rest: Uint8Array;
  /** In the order of the payload. */
  readonly outOfBand: readonly OutOfBand[];
  /** Made at once: memory that is gone has no length any more. */
  readonly #segments: readonly Segment[];

  constructor(rest: Uint8Array, outOfBand: readonly OutOfBand[]) {
    this.rest = rest;
    this.outOfBand = outOfBand;
    this.byteLength = outOfBand.reduce((sum, { byteLength }) => sum + byteLength, rest.byteLength);
    this.#segments = segmentsOf(rest, outOfBand);
  }

  /** False if the program transferred, or shrank, memory of these bytes that it had lent. */
  isIntact(from: number, to: number): boolean {
    return this.#between(from, to).every(isPresent);
  }

  /** Views of the bytes from one position to another; zeros where they are not intact. */
  subarray(from: number, to: number): PayloadPart {
    const pieces = this.#between(from, to).map((segment) => {
      const [start, end] = [Math.max(0, from - segment.from), Math.min(segment.byteLength, to - segment.from)];
      return isPresent(segment) ? segment.bytes.subarray(start, end) : new Uint8Array(end - start);
    });
    const [only] = pieces;
    return only && pieces.length === 1 ? only : { byteLength: to - from, pieces };
  }

  /** The same without the bytes of the arrays: zeros are in their place. */
  zeroed(): SegmentedPayload {
    return new SegmentedPayload(
      this.rest,
      this.outOfBand.map(({ at, byteLength }) => ({ at, byteLength, parts: [] })),
    );
  }

  #between(from: number, to: number): readonly Segment[] {
    const first = indexAt(this.#segments, from);
    let end = first;
    while ((this.#segments[end]?.from ?? to) < to) end += 1;
    return this.#segments.slice(first, end);
  }
}

const isPresent = ({ bytes, byteLength }: Segment): boolean => bytes.byteLength === byteLength;
const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** False where memory of an array was transferred, or shrank. */
export const isAllThere = ({ byteLength, parts }: OutOfBand): boolean => lengthOf(parts) === byteLength;

function segmentsOf(rest: Uint8Array, outOfBand: readonly OutOfBand[]): readonly Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  const push = (bytes: Uint8Array, byteLength = bytes.byteLength): void => {
    if (byteLength === 0) return;
    segments.push({ from, byteLength, bytes });
    from += byteLength;
  };
  let taken = 0;
  for (const { at, byteLength, parts } of outOfBand) {
    push(rest.subarray(taken, at));
    for (const part of parts) push(part);
    push(none, byteLength - lengthOf(parts));
    taken = at;
  }
  push(rest.subarray(taken));
  return segments;
}

/** Index of the segment that has this position (binary search). */
function indexAt(segments: readonly Segment[], position: number): number {
  let [low, high] = [0, segments.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.from ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A copy. Pieces of this size come from memory that was used before; one large piece would be new memory each time. */
export const copyOutOfBand = ({ at, byteLength, parts }: OutOfBand): OutOfBand => ({
  at,
  byteLength,
  parts: parts.flatMap((part) => copyInPieces(part)),
});

function copyInPieces(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) pieces.push(copyOf(bytes.subarray(at, at + pieceBytes)));
  return pieces;
}

function copyOf(bytes: Uint8Array): Uint8Array {
  const { byteLength } = bytes;
  const copy = new Uint8Array(Buffer.allocUnsafeSlow(byteLength).buffer);
  copy.set(bytes);
  return copy;
}

/** The array itself where it is in one part. */
export function joinParts({ parts }: OutOfBand): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const { buffer, byteOffset, byteLength } = Buffer.concat(parts);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** In one piece: what has no array out of band, and what stands beside them. */
export const restOf = (payload: Payload): Uint8Array => (payload instanceof SegmentedPayload ? payload.rest : payload);

/** All of it, as it goes over a link. */
export function inOnePiece(payload: Payload): Uint8Array {
  if (!(payload instanceof SegmentedPayload)) return payload;
  const part = payload.subarray(0, payload.byteLength);
  return part instanceof Uint8Array ? part : Buffer.concat(part.pieces);
}

export const outOfBandOf = (payload: Payload): readonly OutOfBand[] =>
  payload instanceof SegmentedPayload ? payload.outOfBand : noBand;
