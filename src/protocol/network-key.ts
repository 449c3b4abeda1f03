import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { LanpeerError } from '../errors.ts';
import { decodeBase32, encodeBase32 } from '../util/base32.ts';

const prefix = 'lanpeer-key-';
const keyBytes = 32;
const checkBytes = 3;
/** 35 bytes are exactly 56 characters of base32. */
const pattern = /^lanpeer-key-[a-z2-7]{56}$/;

const checkOf = (key: Uint8Array): Buffer =>
  createHash('sha256').update(prefix).update(key).digest().subarray(0, checkBytes);

/** A new network key as text: `lanpeer-key-` and base32 of 256 random bits and a check of 24 bits. */
export function makeNetworkKey(): string {
  const key = randomBytes(keyBytes);
  return prefix + encodeBase32(Buffer.concat([key, checkOf(key)]));
}

/** The 32 bytes of a network key. Throws {@link LanpeerError} `ERR_NETWORK_KEY_FORMAT` for anything else. */
export function parseNetworkKey(text: string): Uint8Array {
  if (typeof text !== 'string' || !pattern.test(text)) throw new LanpeerError('ERR_NETWORK_KEY_FORMAT');
  const bytes = decodeBase32(text.slice(prefix.length));
  const key = bytes.subarray(0, keyBytes);
  if (!checkOf(key).equals(bytes.subarray(keyBytes)))
    throw new LanpeerError('ERR_NETWORK_KEY_FORMAT', 'The network key is mistyped: its check does not fit.');
  return key;
}

/**
 * What members of a network announce so that others skip them: 26 characters of base32, derived from the key by HKDF
 * (RFC 5869) under a label of its own, so that it tells nothing of the key or of the seals.
 */
export function networkTag(key: Uint8Array): string {
  return encodeBase32(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'lanpeer/1 network tag', 16)));
}
