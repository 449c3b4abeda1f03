import { createHash } from 'node:crypto';

/** Identity of a device: lower-case base32 (RFC 4648) without padding of SHA-256 over its public key; 52 characters. */
export type DeviceId = string;

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const pattern = /^[a-z2-7]{51}[aq]$/;

/** Lower-case base32 without padding, RFC 4648 section 6. */
export function base32(bytes: Uint8Array): string {
  let out = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out += alphabet[(value >> (bits - 5)) & 31];
  }
  return bits > 0 ? out + alphabet[(value << (5 - bits)) & 31] : out;
}

/** The id that belongs to a DER SubjectPublicKeyInfo (RFC 5280 section 4.1). */
export function deviceIdOf(spki: Uint8Array): DeviceId {
  return base32(createHash('sha256').update(spki).digest());
}

/** True for a string of the exact shape of a device id. */
export function isDeviceId(value: unknown): value is DeviceId {
  return typeof value === 'string' && pattern.test(value);
}
