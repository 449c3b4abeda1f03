import { LanpeerError } from '../errors.ts';

/** Reads one number in unsigned LEB128 (DWARF 5 section 7.6) at `offset`. Throws {@link LanpeerError} `ERR_PROTOCOL` if it is cut off or no safe integer. */
export function decodeVarint(bytes: Uint8Array, offset: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let scale = 1;
  for (let next = offset; next < offset + 8; next += 1, scale *= 128) {
    const byte = bytes[next];
    if (byte === undefined) break;
    value += (byte & 127) * scale;
    if (byte < 128) {
      if (!Number.isSafeInteger(value)) break;
      return { value, next: next + 1 };
    }
  }
  throw new LanpeerError('ERR_PROTOCOL', 'A number in a record is cut off or too large.');
}

/** Bytes of a safe integer in LEB128. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}
