import { limits } from '../limits.ts';
import { CborWriter, type CborWriterOptions } from './cbor.ts';
import { CborDecoder, decodeLeaf } from './cbor-decode.ts';
import { createCborReader, isAtEnd, major, readHead, refuseCbor } from './cbor-head.ts';
import { scanCbor } from './cbor-scan.ts';
import { writeData } from './data.ts';
import type { Payload } from './payload.ts';

const { depth } = limits.messages;

/** CBOR of a list whose last item is the program's. Throws {@link LanpeerError} `ERR_DATA` or `ERR_TOO_LARGE`. */
export function encodeList(
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

const headLimits = { items: 0, depth: 0 } as const;

/**
 * The list in a payload, which has one of two lengths. Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing else; so do all
 * that read one.
 */
export function scanList(payload: Payload, short: number, items: number, long = short): Unread<readonly unknown[]> {
  const reader = createCborReader(payload);
  const length = readHead(reader);
  if ((length !== short && length !== long) || reader.kind !== major.array) refuseCbor('it is no list');
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

/** The data, at once. */
export function decodeAll(decoder: CborDecoder): unknown {
  decoder.run(Number.POSITIVE_INFINITY);
  return decoder.value;
}

/** A number of a call. */
export const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
