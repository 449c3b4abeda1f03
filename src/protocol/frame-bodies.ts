import { type Body, type MessageKind, messageKinds, type Reader } from './frame-types.ts';
import type { PayloadPart } from './payload.ts';
import type { RecordBuffer } from './record-buffer.ts';
import { varintBytes } from './varint.ts';

/** The code of a body is one of these and, for the first two, the index of its kind of message. */
const codes = { whole: 0x10, first: 0x20, more: 0x30, moreVolatile: 0x31 } as const;

/** Bytes of a part of a message as a frame: code, slot, total, length, and the part. */
export function bodyBytes({ from, to, slot, total }: BodyPart): number {
  const bytes = to - from;
  const rest = 1 + varintBytes(bytes) + bytes;
  if (bytes === total) return rest;
  return rest + varintBytes(slot) + (from === 0 ? varintBytes(total) : 0);
}

/** A message, or a part of it, in a slot. */
export interface BodyPart {
  readonly from: number;
  readonly to: number;
  readonly slot: number;
  readonly total: number;
}

function writePart(into: RecordBuffer, part: PayloadPart): void {
  if (part instanceof Uint8Array) into.bytes(part);
  else for (const piece of part.pieces) into.bytes(piece);
}

export function writeWhole(into: RecordBuffer, of: MessageKind, payload: PayloadPart): void {
  into.byte(codes.whole + messageKinds.indexOf(of));
  into.varint(payload.byteLength);
  writePart(into, payload);
}

export function writeFirst(into: RecordBuffer, of: MessageKind, slot: number, total: number, part: PayloadPart): void {
  into.byte(codes.first + messageKinds.indexOf(of));
  into.varint(slot);
  into.varint(total);
  into.varint(part.byteLength);
  writePart(into, part);
}

export function writeMore(into: RecordBuffer, numbered: boolean, slot: number, part: PayloadPart): void {
  into.byte(numbered ? codes.more : codes.moreVolatile);
  into.varint(slot);
  into.varint(part.byteLength);
  writePart(into, part);
}

/** The rest of a body whose code was read; undefined if it is the code of something else. */
export function readBody(code: number, reader: Reader): Body | undefined {
  const of = messageKinds[code & 0x0f];
  const base = code & 0xf0;
  if (base === codes.whole && of) return { kind: 'whole', of, payload: reader.bytes(reader.varint()) };
  if (base === codes.first && of) {
    const [slot, total] = [reader.varint(), reader.varint()];
    return { kind: 'first', of, slot, total, payload: reader.bytes(reader.varint()) };
  }
  if (code !== codes.more && code !== codes.moreVolatile) return undefined;
  const slot = reader.varint();
  return { kind: 'more', slot, numbered: code === codes.more, payload: reader.bytes(reader.varint()) };
}
