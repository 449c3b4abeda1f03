import { limits } from '../limits.ts';
import { major, simple } from './cbor-head.ts';

/** Heads that are looked at in one go: a search, not a check, must not cost much. */
const mostHeads = 64;

/** Where the next head is; or, if there is one, where the contents of a large byte array begin, and how many there are. */
export interface OutlineStep {
  readonly at: number;
  readonly large: number;
}

/** Length of a head with such low bits, and what it says; undefined if that is cut off, or not what a message has. */
function readArgument(bytes: Uint8Array, at: number, info: number): { size: number; value: number } | undefined {
  if (info < 24) return { size: 1, value: info };
  const size = 1 << (info - 24);
  if (info > 27 || at + 1 + size > bytes.byteLength) return undefined;
  let value = 0;
  for (let index = at + 1; index <= at + size; index += 1) value = value * 256 + (bytes[index] ?? 0);
  return { size: 1 + size, value };
}

/**
 * Looks for the next large byte array in CBOR (RFC 8949) of which more is to come, from head to head. It checks nothing:
 * `scanCbor` does that when all is there. Undefined where it cannot go on.
 */
export function findLargeBytes(bytes: Uint8Array, from: number): OutlineStep | undefined {
  let at = from;
  for (let heads = 0; at < bytes.byteLength; heads += 1) {
    const first = bytes[at] ?? 0;
    const [kind, info] = [first >> 5, first & 31];
    if (heads === mostHeads || kind === major.tag) return undefined;
    if (kind === major.simple) {
      at += info >= simple.half ? 1 + (1 << (info - 24)) : 1;
      continue;
    }
    const argument = readArgument(bytes, at, info);
    if (!argument) return undefined;
    at += argument.size;
    if (kind === major.bytes && argument.value >= limits.messages.outOfBandBytes) return { at, large: argument.value };
    if (kind === major.bytes || kind === major.text) at += argument.value;
  }
  return { at, large: 0 };
}
