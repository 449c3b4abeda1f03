import { type Body, type MessageKind, messageKinds, type Reader } from './frame-types.ts';
import type { PayloadPart } from './payload.ts';
import type { RecordBuffer } from './record-buffer.ts';
import { varintBytes } from './varint.ts';

/** The code of a message is the first of these and the index of its kind. */
const codes = { whole: 0x10, reference: 0x20 } as const;

/** Bytes of a message of so many bytes as a frame: code, length, and the message. */
export const wholeFrameBytes = (bytes: number): number => 1 + varintBytes(bytes) + bytes;

export const referenceBytes = 1;

export function writeWhole(into: RecordBuffer, of: MessageKind, payload: PayloadPart): void {
  into.byte(codes.whole + messageKinds.indexOf(of));
  into.varint(payload.byteLength);
  if (payload instanceof Uint8Array) into.bytes(payload);
  else for (const piece of payload.pieces) into.bytes(piece);
}

export function writeReference(into: RecordBuffer): void {
  into.byte(codes.reference);
}

/** The rest of a body whose code was read; undefined if it is the code of something else. */
export function readBody(code: number, reader: Reader): Body | undefined {
  if (code === codes.reference) return { kind: 'reference' };
  const of = messageKinds[code & 0x0f];
  if ((code & 0xf0) !== codes.whole || !of) return undefined;
  return { kind: 'whole', of, payload: reader.bytes(reader.varint()) };
}
