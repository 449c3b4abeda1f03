import { LanpeerError } from '../../errors.ts';
import {
  type BodyCredit,
  type BodyFrame,
  type BodyHead,
  type BodyPlace,
  type MessageKind,
  messageKinds,
  type Reader,
} from '../frame-types.ts';
import type { PayloadPart } from '../payload.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { varintBytes } from '../varint.ts';

/** Kinds of frames of the feature `streams`: each says how long it is. */
const codes = { begin: 0x8a, more: 0x8b, credit: 0x8c } as const;

const numberBytes = 8;

/** Most bytes of a `bodyCredit`: kind, length, lane, two numbers and a flag. */
export const bodyCreditBytes = 1 + 1 + 1 + 2 * numberBytes + 1;

function headNumbers({ lane, offset }: BodyPlace, head: BodyHead | undefined): readonly number[] {
  return head ? [lane, offset, messageKinds.indexOf(head.of), head.total] : [lane, offset];
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + varintBytes(number), 0);

/** Most bytes of a part in front of the bytes of the message, of which there are so many at most. */
export function bodyHeadBytes(place: BodyPlace, head: BodyHead | undefined, bytes: number): number {
  const numbers = sumOf(headNumbers(place, head));
  return 1 + varintBytes(numbers + bytes) + numbers;
}

export function writeBodyPart(
  into: RecordBuffer,
  place: BodyPlace,
  head: BodyHead | undefined,
  part: PayloadPart,
): void {
  const numbers = headNumbers(place, head);
  into.byte(head ? codes.begin : codes.more);
  into.varint(sumOf(numbers) + part.byteLength);
  for (const number of numbers) into.varint(number);
  if (part instanceof Uint8Array) into.bytes(part);
  else for (const piece of part.pieces) into.bytes(piece);
}

export function writeBodyCredit(into: RecordBuffer, { lane, received, limit, rewind }: BodyCredit): void {
  const numbers = [lane, received, limit, rewind ? 1 : 0];
  into.byte(codes.credit);
  into.varint(sumOf(numbers));
  for (const number of numbers) into.varint(number);
}

function readKind(reader: Reader): MessageKind {
  const of = messageKinds[reader.varint()];
  if (!of) throw new LanpeerError('ERR_PROTOCOL', 'A message of an unknown kind began.');
  return of;
}

/**
 * What is in a frame of that kind, whose length was read; undefined if it is none of these. Throws {@link LanpeerError}
 * `ERR_PROTOCOL`, nothing else. The bytes are views of the record.
 *
 * @param reader Of this frame alone.
 */
export function readBodyFrame(code: number, reader: Reader): BodyFrame | undefined {
  if (code === codes.begin) {
    const [lane, offset] = [reader.varint(), reader.varint()];
    const of = readKind(reader);
    const total = reader.varint();
    return { kind: 'bodyBegin', lane, offset, of, total, bytes: reader.bytes(reader.left) };
  }
  if (code === codes.more) {
    const [lane, offset] = [reader.varint(), reader.varint()];
    return { kind: 'bodyMore', lane, offset, bytes: reader.bytes(reader.left) };
  }
  if (code !== codes.credit) return undefined;
  const [lane, received, limit] = [reader.varint(), reader.varint(), reader.varint()];
  return { kind: 'bodyCredit', lane, received, limit, rewind: reader.varint() === 1 };
}

export const isBodyFrame = (frame: { readonly kind: string }): frame is BodyFrame =>
  frame.kind === 'bodyBegin' || frame.kind === 'bodyMore' || frame.kind === 'bodyCredit';
