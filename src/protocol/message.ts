import { decode } from 'cborg';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { describe } from '../values/describe.ts';
import { arrayToken, endCbor, numberToken, put, startCbor, textToken } from './cbor.ts';
import { isWithinLimits, putData } from './data.ts';

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

const typePattern = /^[A-Za-z0-9_.:/-]{1,64}$/;

export function isMessageType(value: unknown): value is string {
  return typeof value === 'string' && typePattern.test(value);
}

/** CBOR of a list whose last item is the program's. Throws {@link LanpeerError} `ERR_DATA` or `ERR_TOO_LARGE`. */
function encodeList(head: readonly (string | number)[], data: unknown): Uint8Array {
  const cbor = startCbor();
  put(cbor, arrayToken(head.length + 1));
  for (const item of head) put(cbor, typeof item === 'string' ? textToken(item) : numberToken(item));
  putData(cbor, data === undefined ? null : data);
  return endCbor(cbor);
}

function checkHead(type: string, timestamp: number): void {
  if (!isMessageType(type)) throw new LanpeerError('ERR_TYPE');
  if (!Number.isFinite(timestamp))
    throw new LanpeerError('ERR_OPTION', `clock: now() gave ${describe(timestamp)}, which is no time.`);
}

/**
 * The payload of a message: CBOR (RFC 8949), an array of type, time stamp and data.
 * Throws {@link LanpeerError} `ERR_TYPE`, `ERR_DATA` or `ERR_TOO_LARGE`.
 */
export function encodeMessage({ type, data, timestamp }: MessageBody): Uint8Array {
  checkHead(type, timestamp);
  return encodeList([type, timestamp], data);
}

/** The payload of a request: number, type, time stamp, data. Throws as {@link encodeMessage}. */
export function encodeRequest({ no, type, data, timestamp }: RequestBody): Uint8Array {
  checkHead(type, timestamp);
  return encodeList([no, type, timestamp], data);
}

/** The payload of a response: number of the request and data. Throws `ERR_DATA` or `ERR_TOO_LARGE`. */
export const encodeResponse = (no: number, data: unknown): Uint8Array => encodeList([no], data);

/** The payload of a failure: number of the request, code, message; both cut to what a person reads. */
export function encodeFailure({ no, code, message }: FailureBody): Uint8Array {
  const text = message.slice(0, limits.messages.failureChars).toWellFormed();
  return encodeList([no, code.slice(0, limits.messages.codeChars).toWellFormed()], text);
}

function refusePayload(cause?: unknown): never {
  throw new LanpeerError('ERR_PROTOCOL', 'A message has a payload that is not ours.', { cause });
}

/** The list in a payload, whose last item is within bounds. Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing else. */
function decodeList(payload: Uint8Array, length: number): unknown[] {
  let value: unknown;
  try {
    value = decode(payload, {
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
  } catch (cause) {
    refusePayload(cause);
  }
  return Array.isArray(value) && value.length === length && isWithinLimits(value[length - 1]) ? value : refusePayload();
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The message in a payload. Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing else; the same holds for the others. */
export function decodeMessage(payload: Uint8Array): MessageBody {
  const [type, timestamp, data] = decodeList(payload, 3);
  return isMessageType(type) && typeof timestamp === 'number' ? { type, timestamp, data } : refusePayload();
}

export function decodeRequest(payload: Uint8Array): RequestBody {
  const [no, type, timestamp, data] = decodeList(payload, 4);
  return isNumber(no) && isMessageType(type) && typeof timestamp === 'number'
    ? { no, type, timestamp, data }
    : refusePayload();
}

export function decodeResponse(payload: Uint8Array): { readonly no: number; readonly data: unknown } {
  const [no, data] = decodeList(payload, 2);
  return isNumber(no) ? { no, data } : refusePayload();
}

export function decodeFailure(payload: Uint8Array): FailureBody {
  const [no, code, message] = decodeList(payload, 3);
  return isNumber(no) && typeof code === 'string' && typeof message === 'string'
    ? { no, code, message }
    : refusePayload();
}
