import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { DeviceId } from './device-id.ts';

/** Side of a signalling session: the one that opened it, and the one that was listening. */
export type Role = 'dialer' | 'listener';

/** The roles as the proof spells them, which is part of the wire format. */
const roleTexts: Readonly<Record<Role, string>> = { dialer: 'dialler', listener: 'listener' };

/** What a proof binds together: who proves it to whom, in which role, on which TLS session. */
export interface ProofContext {
  /** Role of the side that proves. */
  readonly role: Role;
  /** Id of the side that proves. */
  readonly ownId: DeviceId;
  readonly otherId: DeviceId;
  /** 32 bytes of the TLS exporter (RFC 8446 section 7.5). */
  readonly exporter: Uint8Array;
}

const pattern = /^[A-Za-z0-9_-]{43}$/;

/** A key as bytes is parsed anew at each use, which costs five times the digest. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

function keyObjectOf(key: Uint8Array): KeyObject {
  const known = keyObjects.get(key) ?? createSecretKey(key);
  keyObjects.set(key, known);
  return known;
}

function digest(key: Uint8Array, context: ProofContext): Buffer {
  const hmac = createHmac('sha256', keyObjectOf(key));
  for (const field of ['lanpeer/1', roleTexts[context.role], context.ownId, context.otherId, context.exporter]) {
    const bytes = Buffer.from(field as string);
    // Without a length before each field, two different lists of fields could be the same bytes.
    hmac.update(Buffer.of(bytes.length >> 8, bytes.length & 0xff)).update(bytes);
  }
  return hmac.digest();
}

/**
 * Proof that a side holds the network key (32 bytes): HMAC-SHA256 (RFC 2104) over 'lanpeer/1', its role, its own id,
 * the other id and the exporter, each behind its length in 16 bits; 43 characters of base64url. It holds for one TLS
 * session, one direction and one pair of ids.
 */
export function proveKey(key: Uint8Array, context: ProofContext): string {
  return digest(key, context).toString('base64url');
}

/** True if `proof` is what the side described by `context` sends when it holds `key`; compares in constant time. */
export function verifyProof(key: Uint8Array, context: ProofContext, proof: string | undefined): boolean {
  if (proof === undefined || !pattern.test(proof)) return false;
  return timingSafeEqual(digest(key, context), Buffer.from(proof, 'base64url'));
}
