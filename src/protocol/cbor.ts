import { encode, Token, Type } from 'cborg';
import type { EncodeOptions } from 'cborg/interface';
import { LanpeerError } from '../errors.ts';
import { describe } from '../validation/describe.ts';

/** CBOR (RFC 8949) that is being written, value by value. */
export interface Cbor {
  tokens: Token[];
  readonly chunks: Uint8Array[];
}

const encoding: EncodeOptions = {
  // All numbers but safe integers are doubles: 64 bits, no search for a shorter form.
  float64: true,
  // What it is given are tokens already.
  typeEncoders: { Array: (tokens: Token[]) => tokens },
};

/** More tokens at a time would live on through many collections of garbage. */
const tokensAtOnce = 1_024;

export const startCbor = (): Cbor => ({ tokens: [], chunks: [] });

export function put(cbor: Cbor, token: Token): void {
  if (cbor.tokens.push(token) >= tokensAtOnce) cbor.chunks.push(flush(cbor));
}

function flush(cbor: Cbor): Uint8Array {
  const { tokens } = cbor;
  cbor.tokens = [];
  return encode(tokens, encoding);
}

/** All of it. Throws {@link LanpeerError} `ERR_TOO_LARGE` where there is no memory for it. */
export function endCbor(cbor: Cbor): Uint8Array {
  try {
    const last = flush(cbor);
    return cbor.chunks.length === 0 ? last : Buffer.concat([...cbor.chunks, last]);
  } catch (cause) {
    throw new LanpeerError('ERR_TOO_LARGE', `It cannot be encoded: ${describe(cause)}.`, { cause });
  }
}

export const nullToken = new Token(Type.null, null);
const trueToken = new Token(Type.true, true);
const falseToken = new Token(Type.false, false);
export const booleanToken = (value: boolean): Token => (value ? trueToken : falseToken);
export const textToken = (value: string): Token => new Token(Type.string, value);
export const bytesToken = (value: Uint8Array): Token => new Token(Type.bytes, value);
/** So many values come behind it. */
export const arrayToken = (length: number): Token => new Token(Type.array, length);
/** So many keys come behind it, each with its value. */
export const mapToken = (size: number): Token => new Token(Type.map, size);

export function numberToken(value: number): Token {
  // The integer 0 has no sign.
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return new Token(Type.float, value);
  return new Token(value < 0 ? Type.negint : Type.uint, value);
}
