import { LanpeerError } from '../errors.ts';
import { type OutOfBand, outOfBandOf, type Payload, restOf } from './payload.ts';

/** Major types of CBOR (RFC 8949 section 3.1). */
export const major = { uint: 0, negint: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;
/** Simple values and floats: what stands in the low bits of the first byte (RFC 8949 section 3.3). */
export const simple = { false: 20, true: 21, null: 22, half: 25, single: 26, double: 27 } as const;

export function refuseCbor(what: string): never {
  throw new LanpeerError('ERR_PROTOCOL', `A message has a payload that is not ours: ${what}.`);
}

/** Bytes that are read from the front. */
export interface CborReader {
  readonly bytes: Buffer;
  at: number;
  /** Byte arrays that are not in these bytes, and which of them is next. */
  readonly outOfBand: readonly OutOfBand[];
  band: number;
  /** Major type and low bits of the head that was read last. */
  kind: number;
  info: number;
}

export function createCborReader(payload: Payload): CborReader {
  const rest = restOf(payload);
  return {
    bytes: Buffer.isBuffer(rest) ? rest : Buffer.from(rest.buffer, rest.byteOffset, rest.byteLength),
    at: 0,
    outOfBand: outOfBandOf(payload),
    band: 0,
    kind: 0,
    info: 0,
  };
}

/** True if nothing is left, in band or out of it. */
export const isAtEnd = ({ bytes, at, outOfBand, band }: CborReader): boolean =>
  at === bytes.byteLength && band === outOfBand.length;

/** The byte array of that length that stands out of band here; undefined if its bytes follow in band. */
export function takeOutOfBand(reader: CborReader, length: number): OutOfBand | undefined {
  const next = reader.outOfBand[reader.band];
  if (next?.at !== reader.at) return undefined;
  if (next.byteLength !== length) refuseCbor('a byte array has another length than it says');
  reader.band += 1;
  return next;
}

function cut(): never {
  refuseCbor('it is cut off');
}

/**
 * Reads the head of an item: the number, length or size that it says; of a float its bits are still to come. Throws
 * {@link LanpeerError} `ERR_PROTOCOL`; so do all here.
 */
export function readHead(reader: CborReader): number {
  const { bytes } = reader;
  const first = bytes[reader.at] ?? cut();
  reader.kind = first >> 5;
  reader.info = first & 31;
  const { info } = reader;
  reader.at += 1;
  if (info < 24 || reader.kind === major.simple) return info;
  if (info > 27) refuseCbor('it has an item without a length');
  const size = 1 << (info - 24);
  if (size > bytes.byteLength - reader.at) cut();
  const { at } = reader;
  reader.at += size;
  if (size === 1) return bytes[at] ?? 0;
  if (size === 2) return bytes.readUInt16BE(at);
  if (size === 4) return bytes.readUInt32BE(at);
  const value = bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
  return value <= Number.MAX_SAFE_INTEGER ? value : refuseCbor('it has an integer that is not safe');
}

/** IEEE 754 binary16 (RFC 8949 appendix D). */
function readHalf(bytes: Buffer, at: number): number {
  const bits = bytes.readUInt16BE(at);
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1_023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (fraction + 1_024) * 2 ** (exponent - 25);
  const value = exponent === 31 ? Number.NaN : size;
  return bits >> 15 === 0 ? value : -value;
}

/** The number behind the head of a float. */
export function readFloat(reader: CborReader): number {
  const { bytes, at, info } = reader;
  const size = 1 << (info - 24);
  if (size > bytes.byteLength - at) cut();
  reader.at += size;
  const value =
    info === simple.half
      ? readHalf(bytes, at)
      : info === simple.single
        ? bytes.readFloatBE(at)
        : bytes.readDoubleBE(at);
  return Number.isFinite(value) ? value : refuseCbor('it has a number that is none');
}
