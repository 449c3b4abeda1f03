import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { describe } from '../../validation/describe.ts';
import { isBytes, isPlainPrototype } from '../../validation/realm.ts';
import { CborWriter } from '../cbor.ts';
import { CborDecoder } from '../cbor-decode.ts';
import { createCborReader, isAtEnd, major, readHead } from '../cbor-head.ts';
import { scanCbor } from '../cbor-scan.ts';
import { writeData } from '../data.ts';
import { inOnePiece } from '../payload.ts';

/** What a node says of itself: fields with JSON values. */
export type Fields = Readonly<Record<string, unknown>>;

const { propertiesBytes } = limits.presence;
const { depth } = limits.messages;

export const noProperties: Fields = Object.freeze({});

/** Path of the first byte array, which no JSON value is. */
function findBytes(value: unknown, path: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isBytes(value)) return path;
  for (const [key, item] of Object.entries(value)) {
    const found = findBytes(item, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The properties of this node as bytes: a map in CBOR (RFC 8949), null where there are none. Throws
 * {@link LanpeerError} `ERR_OPTION` for what is no record, `ERR_DATA` for what is not JSON, `ERR_TOO_LARGE` over
 * `limits.presence.propertiesBytes`.
 */
export function encodeProperties(given: unknown): Uint8Array | null {
  if (typeof given !== 'object' || given === null || !isRecord(given))
    throw new LanpeerError('ERR_OPTION', `properties: ${describe(given)} is not a plain object.`);
  const cbor = new CborWriter();
  writeData(cbor, given, limits.messages.items, 'properties');
  const bytes = Uint8Array.from(inOnePiece(cbor.end()));
  if (bytes.byteLength > propertiesBytes)
    throw new LanpeerError(
      'ERR_TOO_LARGE',
      `properties: they have ${bytes.byteLength} bytes in CBOR, and ${propertiesBytes} is the most.`,
    );
  const decoded = decodeProperties(bytes, 'ERR_DATA');
  return Object.keys(decoded).length === 0 ? null : bytes;
}

function isRecord(value: object): boolean {
  try {
    return !Array.isArray(value) && isPlainPrototype(Object.getPrototypeOf(value) as object | null);
  } catch {
    // A proxy that throws.
    return false;
  }
}

/**
 * Properties that came, or were encoded here; no bytes stand for none. Throws {@link LanpeerError}: `code` for a byte
 * array, else `ERR_PROTOCOL`.
 */
export function decodeProperties(bytes: Uint8Array, code: 'ERR_PROTOCOL' | 'ERR_DATA' = 'ERR_PROTOCOL'): Fields {
  if (bytes.byteLength === 0) return noProperties;
  checkPropertiesBytes(bytes.byteLength);
  const reader = createCborReader(bytes);
  readHead(reader);
  if (reader.kind !== major.map) refuse('they are no map');
  reader.at = 0;
  scanCbor(reader, { items: propertiesBytes, depth });
  if (!isAtEnd(reader)) refuse('something is behind them');
  reader.at = 0;
  const decoder = new CborDecoder(reader);
  decoder.run(Number.POSITIVE_INFINITY);
  const path = findBytes(decoder.value, 'properties');
  if (path !== undefined) throw new LanpeerError(code, `${path} is a byte array: properties have JSON values.`);
  return decoder.value as Fields;
}

/** Throws {@link LanpeerError} `ERR_PROTOCOL` for more than a peer may say. */
export function checkPropertiesBytes(byteLength: number): void {
  if (byteLength > propertiesBytes) refuse(`they have more than ${propertiesBytes} bytes`);
}

function refuse(what: string): never {
  throw new LanpeerError('ERR_PROTOCOL', `The properties of a peer are not ours: ${what}.`);
}
