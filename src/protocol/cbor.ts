import { encode, Token, Type } from 'cborg';
import type { EncodeOptions } from 'cborg/interface';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { describe } from '../validation/describe.ts';
import { major } from './cbor-head.ts';
import { copyOutOfBand, type OutOfBand, type Payload, SegmentedPayload } from './payload.ts';

/** CBOR (RFC 8949) that is being written, value by value. */
export interface Cbor {
  tokens: Token[];
  readonly chunks: Uint8Array[];
  /** Bytes of the chunks. */
  length: number;
  /** Large byte arrays, which are not in the chunks. */
  readonly outOfBand: OutOfBand[];
  /** Large byte arrays are not copied. */
  readonly borrow: boolean;
}

const encoding: EncodeOptions = {
  // All numbers but safe integers are doubles: 64 bits, no search for a shorter form.
  float64: true,
  // What it is given are tokens already.
  typeEncoders: { Array: (tokens: Token[]) => tokens },
};

/** More tokens at a time would live on through many collections of garbage. */
const tokensAtOnce = 1_024;

export const startCbor = (borrow = false): Cbor => ({ tokens: [], chunks: [], length: 0, outOfBand: [], borrow });

export function put(cbor: Cbor, token: Token): void {
  if (cbor.tokens.push(token) >= tokensAtOnce) putChunk(cbor, flush(cbor));
}

function flush(cbor: Cbor): Uint8Array {
  const { tokens } = cbor;
  cbor.tokens = [];
  return tokens.length === 0 ? new Uint8Array() : encode(tokens, encoding);
}

function putChunk(cbor: Cbor, chunk: Uint8Array): void {
  cbor.chunks.push(chunk);
  cbor.length += chunk.byteLength;
}

/** The head of a long byte string (RFC 8949 section 3): its type, and its length in 16 or 32 bits. */
function bytesHead(length: number): Uint8Array {
  const size = length < 2 ** 16 ? 2 : 4;
  const head = Buffer.allocUnsafe(1 + size);
  head.writeUInt8((major.bytes << 5) | (size === 2 ? 25 : 26));
  head.writeUIntBE(length, 1, size);
  return head;
}

/** A byte array. A large one goes out of band. */
export function putBytes(cbor: Cbor, bytes: Uint8Array): void {
  const { byteLength } = bytes;
  if (byteLength < limits.messages.outOfBandBytes) {
    put(cbor, bytesToken(bytes));
    return;
  }
  putChunk(cbor, flush(cbor));
  putChunk(cbor, bytesHead(byteLength));
  cbor.outOfBand.push({ at: cbor.length, byteLength, parts: [bytes] });
}

/** All of it. Throws {@link LanpeerError} `ERR_TOO_LARGE` where there is no memory for it. */
export function endCbor(cbor: Cbor): Payload {
  try {
    const last = flush(cbor);
    const rest = cbor.chunks.length === 0 ? last : Buffer.concat([...cbor.chunks, last]);
    if (cbor.outOfBand.length === 0) return rest;
    // Only now, when it is known that all of it may be carried.
    return new SegmentedPayload(rest, cbor.borrow ? cbor.outOfBand : cbor.outOfBand.map(copyOutOfBand));
  } catch (cause) {
    throw new LanpeerError('ERR_TOO_LARGE', `It cannot be encoded: ${describe(cause)}.`, { cause });
  }
}

export const nullToken = new Token(Type.null, null);
const trueToken = new Token(Type.true, true);
const falseToken = new Token(Type.false, false);
export const booleanToken = (value: boolean): Token => (value ? trueToken : falseToken);
export const textToken = (value: string): Token => new Token(Type.string, value);
const bytesToken = (value: Uint8Array): Token => new Token(Type.bytes, value);
/** So many values come behind it. */
export const arrayToken = (length: number): Token => new Token(Type.array, length);
/** So many keys come behind it, each with its value. */
export const mapToken = (size: number): Token => new Token(Type.map, size);

export function numberToken(value: number): Token {
  // The integer 0 has no sign.
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return new Token(Type.float, value);
  return new Token(value < 0 ? Type.negint : Type.uint, value);
}
