import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { describe } from '../validation/describe.ts';
import type { Arena } from './arena.ts';
import { refuseCbor } from './cbor-head.ts';
import { isMessageType } from './message-type.ts';
import { type Payload, restOf } from './payload.ts';
import { decodeAll, encodeList, isNumber, scanList, type Unread } from './payload-list.ts';
import { isGroupName } from './presence/group-name.ts';

/** What a message carries besides its sender, which the receiver takes from the link. */
export interface MessageBody {
  readonly type: string;
  readonly data: unknown;
  /** Sender's wall clock, ms since the epoch, may have a fraction. */
  readonly timestamp: number;
  /** The group that it is for, if it is for one. */
  readonly group?: string;
  /**
   * Number of a message to a group among the calls of its sender, by which the receiver refuses it where it is not in that
   * group; 0 for a volatile one, whose sender is not told.
   */
  readonly groupNo?: number;
}

/** A message that wants an answer; `no` is its number among those of its sender. */
export interface RequestBody extends Omit<MessageBody, 'groupNo'> {
  readonly no: number;
}

/** Why a request has no answer. */
export interface FailureBody {
  readonly no: number;
  readonly code: string;
  readonly message: string;
}

const { items: most } = limits.messages;

function checkHead(type: string, timestamp: number): void {
  if (!isMessageType(type)) throw new LanpeerError('ERR_TYPE');
  if (!Number.isFinite(timestamp))
    throw new LanpeerError('ERR_OPTION', `clock: now() gave ${describe(timestamp)}, which is no time.`);
}

/**
 * The payload of a message: CBOR (RFC 8949), an array of type, time stamp and data, which has so many values at most; with
 * the group and its number before the data where it is for a group.
 * Large byte arrays are copied, unless they are borrowed: then they stay as they are until the message has its outcome.
 * Throws {@link LanpeerError} `ERR_TYPE`, `ERR_DATA` or `ERR_TOO_LARGE`.
 */
export function encodeMessage(
  { type, data, timestamp, group, groupNo = 0 }: MessageBody,
  items = most as number,
  borrow = false,
  arena?: Arena,
): Payload {
  checkHead(type, timestamp);
  const head = group === undefined ? [type, timestamp] : [type, timestamp, group, groupNo];
  return encodeList(head, data, items, { borrow, arena });
}

/** The payload of a request: number, type, time stamp, the group if it is for one, data. Throws as {@link encodeMessage}. */
export function encodeRequest(
  { no, type, data, timestamp, group }: RequestBody,
  items = most as number,
  borrow = false,
): Payload {
  checkHead(type, timestamp);
  const head = group === undefined ? [no, type, timestamp] : [no, type, timestamp, group];
  return encodeList(head, data, items, { borrow });
}

/** The payload of a response: number of the request and data. Throws `ERR_DATA` or `ERR_TOO_LARGE`. */
export const encodeResponse = (no: number, data: unknown, items = most as number): Payload =>
  encodeList([no], data, items);

/** The payload of a failure: number of the request, code, message; both cut to what a person reads. */
export function encodeFailure({ no, code, message }: FailureBody): Uint8Array {
  const text = message.slice(0, limits.messages.failureChars).toWellFormed();
  return restOf(encodeList([no, code.slice(0, limits.messages.codeChars).toWellFormed()], text, 0));
}

export type MessageHead = Omit<MessageBody, 'data'>;
export type RequestHead = Omit<RequestBody, 'data'>;

const groupIn = (value: unknown): string => (isGroupName(value) ? value : refuseCbor('its group is none'));

/** The message in a payload, its data not decoded. */
export function scanMessage(payload: Payload, items: number): Unread<MessageHead> {
  // Field by field: this runs a hundred thousand times a second.
  const { head, items: count, held, decoder } = scanList(payload, 3, items, 5);
  const type = head[0];
  const timestamp = head[1];
  if (!isMessageType(type) || typeof timestamp !== 'number') refuseCbor('its type or its time is none');
  if (head.length === 2) return { head: { type, timestamp }, items: count, held, decoder };
  const groupNo = head[3];
  if (!isNumber(groupNo)) refuseCbor('its number is none');
  return { head: { type, timestamp, group: groupIn(head[2]), groupNo }, items: count, held, decoder };
}

export function scanRequest(payload: Payload, items: number): Unread<RequestHead> {
  const { head, ...rest } = scanList(payload, 4, items, 5);
  const [no, type, timestamp] = head;
  if (!isNumber(no) || !isMessageType(type) || typeof timestamp !== 'number')
    refuseCbor('its number, its type or its time is none');
  return { head: { no, type, timestamp, ...(head.length > 3 && { group: groupIn(head[3]) }) }, ...rest };
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

/** Items of a list, and with a group. */
const lengths = { message: [3, 5], request: [4, 5], response: [2, 2] } as const;

/** Values in the data of a payload that this node has encoded. */
export const countItems = (of: 'message' | 'request' | 'response', payload: Payload): number =>
  scanList(payload, lengths[of][0], Number.POSITIVE_INFINITY, lengths[of][1]).items - 1;
