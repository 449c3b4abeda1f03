import { LanpeerError } from '../errors.ts';
import { readStreamFrame } from './byte-stream/frames.ts';
import { readBody } from './frame-bodies.ts';
import type { ControlFrame, Frame, Hello, PresenceFrame, Reader } from './frame-types.ts';
import { readBodyFrame } from './message-bodies/frames.ts';
import type { RecordBuffer } from './record-buffer.ts';
import { decodeVarint } from './varint.ts';

/** Version of the frames on a link; sides that differ in it end the link. */
export const frameVersion = 3;

const codes = { hello: 1, ready: 2, ping: 3, pong: 4, bye: 5, begin: 6, ack: 7 } as const;
/** Kinds of frames from here on say how long they are, so that those of a later version are skipped. */
const leastSkipped = 0x80;
/** Those of features that this version knows. */
const featureKinds: ReadonlyMap<number, PresenceFrame['kind']> = new Map([
  [0x90, 'groups'],
  [0xa0, 'properties'],
]);
const byeReasons = ['disconnect', 'stopping'] as const;
/** Sessions and streams: 64 bits of chance. */
const idBytes = 8;

/** Most bytes of a number. */
const numberBytes = 8;

/** Most bytes that a control frame of each kind has. */
export const controlBytes: Readonly<Record<ControlFrame['kind'], number>> = {
  hello: 1 + numberBytes + idBytes + numberBytes + 1 + idBytes + 3 * numberBytes,
  ready: 1,
  ping: 1 + numberBytes,
  pong: 1 + numberBytes,
  bye: 1 + numberBytes,
  begin: 1 + idBytes + numberBytes,
  ack: 1 + 2 * numberBytes,
};

const flags = { stream: 1, resumable: 2, items: 4 } as const;

const flagsOf = ({ stream, resumable, maxMessageItems }: Hello): number =>
  (stream === null ? 0 : flags.stream) |
  (resumable ? flags.resumable : 0) |
  (maxMessageItems === undefined ? 0 : flags.items);

function writeId(into: RecordBuffer, id: string): void {
  into.bytes(Buffer.from(id, 'hex'));
}

/** Kind (1 byte), then what it has: numbers in LEB128, ids in 8 bytes. */
export function writeControl(into: RecordBuffer, frame: ControlFrame): void {
  into.byte(codes[frame.kind]);
  switch (frame.kind) {
    case 'hello':
      into.varint(frameVersion);
      writeId(into, frame.session);
      into.varint(frame.maxMessageBytes);
      into.byte(flagsOf(frame));
      if (frame.stream !== null) writeId(into, frame.stream);
      into.varint(frame.received);
      into.varint(frame.handled);
      if (frame.maxMessageItems !== undefined) into.varint(frame.maxMessageItems);
      return;
    case 'ready':
      return;
    case 'ping':
    case 'pong':
      into.varint(frame.no);
      return;
    case 'bye':
      into.varint(byeReasons.indexOf(frame.reason));
      return;
    case 'begin':
      writeId(into, frame.stream);
      into.varint(frame.next);
      return;
    case 'ack':
      into.varint(frame.received);
      into.varint(frame.handled);
  }
}

/** The head of a frame of a feature with a payload of so many bytes. */
export function writeFeatureHead(into: RecordBuffer, kind: PresenceFrame['kind'], payloadBytes: number): void {
  for (const [code, known] of featureKinds) if (known === kind) into.byte(code);
  into.varint(payloadBytes);
}

function cut(): never {
  throw new LanpeerError('ERR_PROTOCOL', 'A record is cut off.');
}

/** Reads a record from its front. */
export class FrameReader implements Reader {
  readonly #record: Uint8Array;
  #at = 0;

  constructor(record: Uint8Array) {
    this.#record = record;
  }

  /**
   * The next frame that this version knows; undefined at the end. Throws {@link LanpeerError} `ERR_PROTOCOL` or
   * `ERR_VERSION`, nothing else.
   */
  next(): Frame | undefined {
    while (this.#at < this.#record.byteLength) {
      const code = this.byte();
      if (code >= leastSkipped) {
        const payload = this.bytes(this.varint());
        const kind = featureKinds.get(code);
        const frame = kind ? { kind, payload } : readCarried(code, payload);
        if (frame) return frame;
        continue;
      }
      return readBody(code, this) ?? readControl(code, this);
    }
    return undefined;
  }

  get left(): number {
    return this.#record.byteLength - this.#at;
  }

  byte(): number {
    const value = this.#record[this.#at] ?? cut();
    this.#at += 1;
    return value;
  }

  varint(): number {
    const first = this.#record[this.#at];
    if (first !== undefined && first < 128) {
      this.#at += 1;
      return first;
    }
    const { value, next } = decodeVarint(this.#record, this.#at);
    this.#at = next;
    return value;
  }

  bytes(length: number): Uint8Array {
    if (length > this.#record.byteLength - this.#at) cut();
    this.#at += length;
    return this.#record.subarray(this.#at - length, this.#at);
  }
}

/** What goes over the carrier of byte streams. */
const readCarried = (code: number, payload: Uint8Array): Frame | undefined =>
  readStreamFrame(code, new FrameReader(payload)) ?? readBodyFrame(code, new FrameReader(payload));

/** The frames of a record, one after another. Throws as {@link FrameReader.next}. */
export function* readFrames(record: Uint8Array): Generator<Frame, void, void> {
  const reader = new FrameReader(record);
  for (let frame = reader.next(); frame; frame = reader.next()) yield frame;
}

const readId = (reader: Reader): string => Buffer.from(reader.bytes(idBytes)).toString('hex');

function readControl(code: number, reader: Reader): ControlFrame {
  switch (code) {
    case codes.hello: {
      if (reader.varint() !== frameVersion) throw new LanpeerError('ERR_VERSION');
      const session = readId(reader);
      const maxMessageBytes = reader.varint();
      const flagged = reader.byte();
      const has = (flag: number): boolean => (flagged & flag) !== 0;
      const stream = has(flags.stream) ? readId(reader) : null;
      const [received, handled] = [reader.varint(), reader.varint()];
      const items = has(flags.items) ? { maxMessageItems: reader.varint() } : {};
      const hello = { session, maxMessageBytes, stream, resumable: has(flags.resumable), received, handled, ...items };
      return { kind: 'hello', ...hello };
    }
    case codes.ready:
      return { kind: 'ready' };
    case codes.ping:
      return { kind: 'ping', no: reader.varint() };
    case codes.pong:
      return { kind: 'pong', no: reader.varint() };
    case codes.bye:
      return { kind: 'bye', reason: byeReasons[reader.varint()] ?? 'disconnect' };
    case codes.begin: {
      const stream = readId(reader);
      return { kind: 'begin', stream, next: reader.varint() };
    }
    case codes.ack: {
      const received = reader.varint();
      return { kind: 'ack', received, handled: reader.varint() };
    }
    default:
      throw new LanpeerError('ERR_PROTOCOL', 'A record has a frame of unknown kind.');
  }
}
