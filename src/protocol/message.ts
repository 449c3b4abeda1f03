import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { describe } from '../validation/describe.ts';
import type { Arena } from './arena.ts';
import { CborWriter, type CborWriterOptions } from './cbor.ts';
import { CborDecoder, decodeLeaf } from './cbor-decode.ts';
import { createCborReader, isAtEnd, major, readHead, refuseCbor } from './cbor-head.ts';
import { scanCbor } from './cbor-scan.ts';
import { writeData } from './data.ts';
import { isMessageType } from './message-type.ts';
import { type Payload, restOf } from './payload.ts';

/** What a message carries besides its sender, which the receiver takes from the link. */
export interface MessageBody {
  readonly type: string;
  readonly data: unknown;
  /** Sender's wall clock, ms since the epoch, may have a fraction. */
  readonly timestamp: number;
}

/** A message that wants an answer; `no` is its number among those of its sender. */
export interface RequestBody extends MessageBody {
  readonly no: number;
}

/** Why a request has no answer. */
export interface FailureBody {
  readonly no: number;
  readonly code: string;
  readonly message: string;
}

const { items: most, depth } = limits.messages;

/** CBOR of a list whose last item is the program's. Throws {@link LanpeerError} `ERR_DATA` or `ERR_TOO_LARGE`. */
function encodeList(
  head: readonly (string | number)[],
  data: unknown,
  items: number,
  options?: CborWriterOptions,
): Payload {
  const cbor = new CborWriter(options);
  cbor.array(head.length + 1);
  for (const item of head)
    if (typeof item === 'string') cbor.text(item);
    else cbor.number(item);
  writeData(cbor, data === undefined ? null : data, items);
  return cbor.end();
}

function checkHead(type: string, timestamp: number): void {
  if (!isMessageType(type)) throw new LanpeerError('ERR_TYPE');
  if (!Number.isFinite(timestamp))
    throw new LanpeerError('ERR_OPTION', `clock: now() gave ${describe(timestamp)}, which is no time.`);
}

/**
 * The payload of a message: CBOR (RFC 8949), an array of type, time stamp and data, which has so many values at most.
 * Large byte arrays are copied, unless they are borrowed: then they stay as they are until the message has its outcome.
 * Throws {@link LanpeerError} `ERR_TYPE`, `ERR_DATA` or `ERR_TOO_LARGE`.
 */
export function encodeMessage(
  { type, data, timestamp }: MessageBody,
  items = most as number,
  borrow = false,
  arena?: Arena,
): Payload {
  checkHead(type, timestamp);
  return encodeList([type, timestamp], data, items, { borrow, arena });
}

/** The payload of a request: number, type, time stamp, data. Throws as {@link encodeMessage}. */
export function encodeRequest(
  { no, type, data, timestamp }: RequestBody,
  items = most as number,
  borrow = false,
): Payload {
  checkHead(type, timestamp);
  return encodeList([no, type, timestamp], data, items, { borrow });
}

/** The payload of a response: number of the request and data. Throws `ERR_DATA` or `ERR_TOO_LARGE`. */
export const encodeResponse = (no: number, data: unknown, items = most as number): Payload =>
  encodeList([no], data, items);

/** The payload of a failure: number of the request, code, message; both cut to what a person reads. */
export function encodeFailure({ no, code, message }: FailureBody): Uint8Array {
  const text = message.slice(0, limits.messages.failureChars).toWellFormed();
  return restOf(encodeList([no, code.slice(0, limits.messages.codeChars).toWellFormed()], text, 0));
}

/** A payload that came: what is in it is known, and its data is still bytes. */
export interface Unread<Head> {
  readonly head: Head;
  /** Values in its data. */
  readonly items: number;
  /** Bytes that its data will hold, about. */
  readonly held: number;
  /** For its data, which `decoder().value` is in the end; one after another. */
  decoder(): CborDecoder;
}

export type MessageHead = Omit<MessageBody, 'data'>;
export type RequestHead = Omit<RequestBody, 'data'>;

const headLimits = { items: 0, depth: 0 } as const;

/** The list in a payload. Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing else; so do all that read one. */
function scanList(payload: Payload, length: number, items: number): Unread<readonly unknown[]> {
  const reader = createCborReader(payload);
  if (readHead(reader) !== length || reader.kind !== major.array) refuseCbor('it is no list');
  const head: unknown[] = [];
  while (head.length < length - 1) {
    const { at, band } = reader;
    scanCbor(reader, headLimits);
    reader.at = at;
    reader.band = band;
    head.push(decodeLeaf(reader));
  }
  const { at, band } = reader;
  const scan = scanCbor(reader, { items, depth });
  if (!isAtEnd(reader)) refuseCbor('something is behind it');
  const decoder = (): CborDecoder => {
    reader.at = at;
    reader.band = band;
    return new CborDecoder(reader);
  };
  return { head, items: scan.items, held: scan.held, decoder };
}

function decodeAll(decoder: CborDecoder): unknown {
  decoder.run(Number.POSITIVE_INFINITY);
  return decoder.value;
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The message in a payload, its data not decoded. */
export function scanMessage(payload: Payload, items: number): Unread<MessageHead> {
  // Field by field: this runs a hundred thousand times a second.
  const { head, items: count, held, decoder } = scanList(payload, 3, items);
  const type = head[0];
  const timestamp = head[1];
  if (!isMessageType(type) || typeof timestamp !== 'number') refuseCbor('its type or its time is none');
  return { head: { type, timestamp }, items: count, held, decoder };
}

export function scanRequest(payload: Payload, items: number): Unread<RequestHead> {
  const { head, ...rest } = scanList(payload, 4, items);
  const [no, type, timestamp] = head;
  if (!isNumber(no) || !isMessageType(type) || typeof timestamp !== 'number')
    refuseCbor('its number, its type or its time is none');
  return { head: { no, type, timestamp }, ...rest };
}

export function scanResponse(payload: Payload, items: number): Unread<{ readonly no: number }> {
  const { head, ...rest } = scanList(payload, 2, items);
  const [no] = head;
  return isNumber(no) ? { head: { no }, ...rest } : refuseCbor('its number is none');
}

export function decodeFailure(payload: Payload): FailureBody {
  const { codeChars, failureChars } = limits.messages;
  const { head, decoder, held } = scanList(payload, 3, 0);
  const [no, code] = head;
  // Texts of UTF-8 have three bytes at most for one of their characters.
  if (held > 8 * failureChars || !isNumber(no) || typeof code !== 'string' || code.length > codeChars)
    refuseCbor('it is no failure');
  const message = decodeAll(decoder());
  return typeof message === 'string' && message.length <= failureChars
    ? { no, code, message }
    : refuseCbor('it is no failure');
}

/** The message in a payload, whole. */
export function decodeMessage(payload: Payload, items = most as number): MessageBody {
  const { head, decoder } = scanMessage(payload, items);
  return { ...head, data: decodeAll(decoder()) };
}

export function decodeRequest(payload: Payload, items = most as number): RequestBody {
  const { head, decoder } = scanRequest(payload, items);
  return { ...head, data: decodeAll(decoder()) };
}

export function decodeResponse(
  payload: Payload,
  items = most as number,
): { readonly no: number; readonly data: unknown } {
  const { head, decoder } = scanResponse(payload, items);
  return { ...head, data: decodeAll(decoder()) };
}

/** Values in the data of a payload that this node has encoded. */
export const countItems = (of: 'message' | 'request' | 'response', payload: Payload): number =>
  scanList(payload, { message: 3, request: 4, response: 2 }[of], Number.POSITIVE_INFINITY).items - 1;
