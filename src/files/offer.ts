import { isUint8Array } from 'node:util/types';
import * as v from 'valibot';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';

/** Type of the byte streams that files are sent over. */
export const filesType = 'lanpeer/files';

export const hashBytes = 32;
const { entries, shownNames, shownChars } = limits.files;

/** What a sender says before it sends: it opens the stream with it. Names are for people; nothing is written by them. */
export interface Offer {
  /** SHA-256 over the entries of the offer: the same names, sizes and times make the same. Random where it cannot be sent again. */
  readonly id: Uint8Array;
  /** Files and folders. */
  readonly entries: number;
  readonly files: number;
  /** Of all files; null where that is known only at their end. */
  readonly bytes: number | null;
  /** What was named by the person who sends it, as far as it is shown. */
  readonly names: readonly string[];
  /** How many were named. */
  readonly items: number;
  /** Whether the sender can go on with it after a restart. */
  readonly resumable: boolean;
}

const version = 1;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const count = v.pipe(whole, v.maxValue(entries));

const schema = v.strictObject({
  version: v.literal(version),
  id: v.pipe(
    v.custom<Uint8Array>(isUint8Array),
    v.check(({ byteLength }) => byteLength === hashBytes),
  ),
  entries: count,
  files: count,
  bytes: v.nullable(whole),
  names: v.pipe(v.array(v.pipe(v.string(), v.maxLength(shownChars + 1))), v.maxLength(shownNames)),
  items: count,
  resumable: v.boolean(),
});

/** The data of a stream that an offer opens. */
export const encodeOffer = (offer: Offer): object => ({ version, ...offer });

/** Throws `ERR_VERSION` for an offer of another version, `ERR_OFFER` for what is none. */
export function decodeOffer(data: unknown): Offer {
  const result = v.safeParse(schema, data);
  if (!result.success) {
    const given = typeof data === 'object' && data !== null && 'version' in data ? data.version : undefined;
    if (Number.isSafeInteger(given) && given !== version)
      throw new LanpeerError('ERR_VERSION', 'The other end sends files in another version of the format.');
    throw new LanpeerError('ERR_OFFER', 'What opened the stream is no offer of files.');
  }
  const { version: _, ...offer } = result.output;
  if (offer.files > offer.entries || offer.items > offer.entries || offer.names.length > offer.items)
    throw new LanpeerError('ERR_OFFER', 'The numbers in the offer contradict each other.');
  return offer;
}
