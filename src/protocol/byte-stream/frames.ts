import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Reader } from '../frame-types.ts';
import { isMessageType } from '../message-type.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { varintBytes } from '../varint.ts';
import { type Credit, type EndReason, endKinds, mirrored, type StreamFrame, type StreamNumber } from './frame-types.ts';

/** Kinds of frames of a feature: each says how long it is. */
const codes = {
  attach: 0x80,
  attached: 0x81,
  open: 0x82,
  credit: 0x83,
  data: 0x84,
  last: 0x85,
  reset: 0x86,
  stop: 0x87,
  done: 0x88,
} as const;
/** Send streams of message sessions: 64 bits of chance. */
const idBytes = 8;
const numberBytes = 8;

const { openBytes, reasonChars, codeChars } = limits.streams;
/** A character of a text takes three bytes of UTF-8 at most. */
const textBytes = 3;

/** Kind and length. */
const headBytes = 1 + 2;

/** Most bytes that a frame of each kind has. */
export const streamFrameBytes = {
  attach: headBytes + numberBytes + 2 * idBytes,
  attached: headBytes + numberBytes,
  open: headBytes + numberBytes + 1 + 64 + openBytes,
  credit: headBytes + 4 * numberBytes,
  reset: headBytes + numberBytes + 1 + 2 + textBytes * (reasonChars + codeChars),
  done: headBytes + numberBytes,
} as const;

const kinds: readonly string[] = ['attach', 'attached', 'open', 'data', 'credit', 'reset', 'stop', 'done'];

export const isStreamFrame = (frame: { readonly kind: string }): frame is StreamFrame => kinds.includes(frame.kind);

/** Kind, length, and numbers; what else there is, of so many bytes, follows. */
function writeHead(into: RecordBuffer, code: number, numbers: readonly number[], bytes = 0): void {
  into.byte(code);
  into.varint(numbers.reduce((sum, number) => sum + varintBytes(number), bytes));
  for (const number of numbers) into.varint(number);
}

export function writeAttach(into: RecordBuffer, carrier: number, own: string, other: string): void {
  writeHead(into, codes.attach, [carrier], 2 * idBytes);
  into.bytes(Buffer.from(own, 'hex'));
  into.bytes(Buffer.from(other, 'hex'));
}

export function writeAttached(into: RecordBuffer, carrier: number): void {
  writeHead(into, codes.attached, [carrier]);
}

export function writeOpen(into: RecordBuffer, stream: StreamNumber, type: string, data: Uint8Array): void {
  const name = Buffer.from(type);
  writeHead(into, codes.open, [stream, name.byteLength], name.byteLength + data.byteLength);
  into.bytes(name);
  into.bytes(data);
}

export function writeCredit(into: RecordBuffer, stream: StreamNumber, { received, read, limit }: Credit): void {
  writeHead(into, codes.credit, [stream, received, read, limit]);
}

/** Most bytes of a `data` frame in front of the bytes of the stream, of which there are so many at most. */
export const dataHeadBytes = (stream: StreamNumber, offset: number, bytes: number): number => {
  const numbers = varintBytes(stream) + varintBytes(offset);
  return 1 + varintBytes(numbers + bytes) + numbers;
};

/** The head of a `data` frame; its bytes follow. */
export function writeDataHead(
  into: RecordBuffer,
  stream: StreamNumber,
  part: { readonly offset: number; readonly last: boolean; readonly bytes: number },
): void {
  // Not by `writeHead`: this is the one that there are many of.
  into.byte(part.last ? codes.last : codes.data);
  into.varint(varintBytes(stream) + varintBytes(part.offset) + part.bytes);
  into.varint(stream);
  into.varint(part.offset);
}

export function writeEnd(into: RecordBuffer, kind: 'reset' | 'stop', stream: StreamNumber, reason: EndReason): void {
  const [code, text] = [Buffer.from(reason.code), Buffer.from(reason.text)];
  const numbers = [stream, endKinds.indexOf(reason.kind), code.byteLength];
  writeHead(into, codes[kind], numbers, code.byteLength + text.byteLength);
  into.bytes(code);
  into.bytes(text);
}

export function writeDone(into: RecordBuffer, stream: StreamNumber): void {
  writeHead(into, codes.done, [stream]);
}

function bad(): never {
  throw new LanpeerError('ERR_PROTOCOL', 'A frame of a byte stream has an unknown shape.');
}

/** At most so many bytes. */
function readText(reader: Reader, length: number, most: number): string {
  if (length > most) bad();
  return Buffer.from(reader.bytes(length)).toString('utf8');
}

const readId = (reader: Reader): string => Buffer.from(reader.bytes(idBytes)).toString('hex');
const readStream = (reader: Reader): StreamNumber => mirrored(reader.varint());

function readOpen(reader: Reader): StreamFrame {
  const stream = readStream(reader);
  const type = readText(reader, reader.varint(), 64);
  if (!isMessageType(type) || reader.left > openBytes) bad();
  return { kind: 'open', stream, type, data: reader.bytes(reader.left) };
}

function readEnd(kind: 'reset' | 'stop', reader: Reader): StreamFrame {
  const stream = readStream(reader);
  const ended = endKinds[reader.varint()] ?? 'aborted';
  // Bytes that are no UTF-8 are a character each.
  const code = readText(reader, reader.varint(), textBytes * codeChars).slice(0, codeChars);
  const text = readText(reader, reader.left, textBytes * reasonChars).slice(0, reasonChars);
  return { kind, stream, reason: { kind: ended, code, text } };
}

/**
 * What is in a frame of that kind, whose length was read; undefined if it is a kind of another feature. Throws
 * {@link LanpeerError} `ERR_PROTOCOL`, nothing else. The bytes are views of the record.
 *
 * @param reader Of this frame alone.
 */
export function readStreamFrame(code: number, reader: Reader): StreamFrame | undefined {
  switch (code) {
    case codes.attach: {
      const carrier = reader.varint();
      const own = readId(reader);
      return { kind: 'attach', carrier, own, other: readId(reader) };
    }
    case codes.attached:
      return { kind: 'attached', carrier: reader.varint() };
    case codes.open:
      return readOpen(reader);
    case codes.credit: {
      const stream = readStream(reader);
      const received = reader.varint();
      const read = reader.varint();
      return { kind: 'credit', stream, received, read, limit: reader.varint() };
    }
    case codes.data:
    case codes.last: {
      const stream = readStream(reader);
      const offset = reader.varint();
      return { kind: 'data', stream, offset, last: code === codes.last, bytes: reader.bytes(reader.left) };
    }
    case codes.reset:
      return readEnd('reset', reader);
    case codes.stop:
      return readEnd('stop', reader);
    case codes.done:
      return { kind: 'done', stream: readStream(reader) };
    default:
      return undefined;
  }
}
