import { createHash } from 'node:crypto';
import { encodeBase32 } from '../util/base32.ts';

/** Identity of a device: lower-case base32 (RFC 4648) without padding of SHA-256 over its public key; 52 characters. */
export type DeviceId = string;

const pattern = /^[a-z2-7]{51}[aq]$/;

/** The id that belongs to a DER SubjectPublicKeyInfo (RFC 5280 section 4.1). */
export function deviceIdOf(spki: Uint8Array): DeviceId {
  return encodeBase32(createHash('sha256').update(spki).digest());
}

/** True for a string of the exact shape of a device id. */
export function isDeviceId(value: unknown): value is DeviceId {
  return typeof value === 'string' && pattern.test(value);
}
