import { LanpeerError } from '../errors.ts';
import { decodeVarint, encodeVarint } from './varint.ts';

/** Version of the frames on a link; sides that differ in it end the link. */
export const frameVersion = 1;

/**
 * What goes over a link. `hello` comes first from both sides and `ready` answers it: who has read both knows that it
 * hears and is heard. `pong` answers the `ping` of that number. `ack` says that every message up to `seq` was handled.
 */
export type Frame =
  | { readonly kind: 'hello'; readonly version: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'ping'; readonly no: number }
  | { readonly kind: 'pong'; readonly no: number }
  | { readonly kind: 'bye'; readonly reason: 'disconnect' | 'stopping' }
  | { readonly kind: 'message'; readonly seq: number; readonly payload: Uint8Array }
  | { readonly kind: 'ack'; readonly seq: number };

const codes = { hello: 1, ready: 2, ping: 3, pong: 4, bye: 5, message: 6, ack: 7 } as const;
const byeReasons = ['disconnect', 'stopping'] as const;
const none = new Uint8Array();

/** Most bytes that a message frame has besides its payload: kind, sequence number, length. */
export const messageOverhead = 1 + 8 + 4;

/** kind (1 byte), number (LEB128), and for messages the length of the payload (LEB128) and the payload. */
export function encodeFrame(frame: Frame): Uint8Array {
  const number = numberOf(frame);
  const payload = frame.kind === 'message' ? frame.payload : none;
  const head = [codes[frame.kind], ...encodeVarint(number)];
  if (frame.kind === 'message') head.push(...encodeVarint(payload.byteLength));
  const bytes = new Uint8Array(head.length + payload.byteLength);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

function numberOf(frame: Frame): number {
  switch (frame.kind) {
    case 'hello':
      return frame.version;
    case 'ready':
      return 0;
    case 'ping':
    case 'pong':
      return frame.no;
    case 'bye':
      return byeReasons.indexOf(frame.reason);
    case 'message':
    case 'ack':
      return frame.seq;
  }
}

/** The frames of a record. Throws {@link LanpeerError} `ERR_PROTOCOL` or `ERR_VERSION`, nothing else. */
export function decodeFrames(record: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  for (let offset = 0; offset < record.byteLength; ) {
    const code = record[offset];
    const number = decodeVarint(record, offset + 1);
    offset = number.next;
    if (code !== codes.message) {
      frames.push(controlFrame(code, number.value));
      continue;
    }
    const length = decodeVarint(record, offset);
    offset = length.next + length.value;
    if (offset > record.byteLength) throw new LanpeerError('ERR_PROTOCOL', 'A message in a record is cut off.');
    frames.push({ kind: 'message', seq: number.value, payload: record.subarray(length.next, offset) });
  }
  return frames;
}

function controlFrame(code: number | undefined, value: number): Frame {
  switch (code) {
    case codes.hello:
      if (value !== frameVersion) throw new LanpeerError('ERR_VERSION');
      return { kind: 'hello', version: value };
    case codes.ready:
      return { kind: 'ready' };
    case codes.ping:
      return { kind: 'ping', no: value };
    case codes.pong:
      return { kind: 'pong', no: value };
    case codes.bye:
      return { kind: 'bye', reason: byeReasons[value] ?? 'disconnect' };
    case codes.ack:
      return { kind: 'ack', seq: value };
    default:
      throw new LanpeerError('ERR_PROTOCOL', 'A record has a frame of unknown kind.');
  }
}
