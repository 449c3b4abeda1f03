import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { CborWriter } from '../cbor.ts';
import { CborDecoder } from '../cbor-decode.ts';
import { createCborReader, isAtEnd, refuseCbor } from '../cbor-head.ts';
import { scanCbor } from '../cbor-scan.ts';
import { writeData } from '../data.ts';
import { restOf } from '../payload.ts';

const { openBytes } = limits.streams;
const { depth } = limits.messages;
/** A value has a byte at least. */
const items = openBytes;

/**
 * What goes with the opening of a stream, as CBOR (RFC 8949); undefined as null. Throws {@link LanpeerError} `ERR_DATA`, or
 * `ERR_TOO_LARGE` over `limits.streams.openBytes`.
 */
export function encodeOpeningData(data: unknown): Uint8Array {
  const cbor = new CborWriter();
  writeData(cbor, data === undefined ? null : data, items);
  const payload = cbor.end();
  if (payload.byteLength > openBytes)
    throw new LanpeerError('ERR_TOO_LARGE', `data: what opens a stream has ${openBytes} bytes at most, encoded.`);
  return Uint8Array.from(restOf(payload));
}

/** Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing else. */
export function decodeOpeningData(bytes: Uint8Array): unknown {
  const reader = createCborReader(bytes);
  scanCbor(reader, { items, depth });
  if (!isAtEnd(reader)) refuseCbor('something is behind it');
  reader.at = 0;
  const decoder = new CborDecoder(reader);
  decoder.run(Number.POSITIVE_INFINITY);
  return decoder.value;
}
