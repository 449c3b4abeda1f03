import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { LanpeerError } from '../errors.ts';
import { type DeviceId, isDeviceId } from './device-id.ts';

/** Bytes that sealing adds to a record: the GCM tag. */
export const sealOverhead = 16;

/** Authenticated encryption of the records of one link, one object for each side. */
export interface Seal {
  /** Bytes that {@link seal} adds. */
  readonly overhead: number;
  /** Throws {@link LanpeerError} `ERR_SEAL` once {@link open} has. */
  seal(plain: Uint8Array): Uint8Array;
  /** Throws {@link LanpeerError} `ERR_SEAL`, and from then on always: a lost record cannot be skipped. */
  open(record: Uint8Array): Uint8Array;
}

export interface SealOptions {
  /** 32 bytes of the exporter (RFC 9266, RFC 8446 section 7.5) of the signalling session. */
  readonly secret: Uint8Array;
  /** 32 bytes; without one the salt is 32 zeros. */
  readonly networkKey?: Uint8Array;
  readonly ownId: DeviceId;
  readonly remoteId: DeviceId;
  /** A safe integer, 0 or more; never twice with the same secret. */
  readonly generation: number;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const keyBytes = 32;

/** A defect of the caller: with any of these two sides could share a key or a nonce. */
function check({ secret, networkKey, ownId, remoteId, generation }: SealOptions): void {
  const sound =
    secret.byteLength === keyBytes &&
    (networkKey === undefined || networkKey.byteLength === keyBytes) &&
    isDeviceId(ownId) &&
    isDeviceId(remoteId) &&
    ownId !== remoteId &&
    Number.isSafeInteger(generation) &&
    generation >= 0;
  if (!sound)
    throw new LanpeerError('ERR_INTERNAL', 'A seal needs 32-byte secrets, two device ids and a link generation.');
}

/**
 * info = 'seal/1' ‖ sender id ‖ receiver id ‖ generation: 6, 52 and 52 characters of ASCII and a 64-bit number, big endian, so
 * that every info has 118 bytes and can be read in one way only.
 */
function deriveKey({ secret, networkKey }: SealOptions, from: DeviceId, to: DeviceId, generation: number): KeyObject {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(generation));
  const info = Buffer.concat([Buffer.from(`seal/1${from}${to}`), number]);
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, networkKey ?? Buffer.alloc(keyBytes), info, keyBytes)));
}

/** A 96-bit counter from 0, big endian, in place. */
function createNonce(): () => Buffer {
  const nonce = Buffer.alloc(nonceBytes);
  let next = 0;
  return () => {
    nonce.writeUIntBE(next, nonceBytes - 6, 6);
    next += 1;
    return nonce;
  };
}

/**
 * AES-256-GCM (NIST SP 800-38D) with one key per direction and generation by HKDF-SHA256 (RFC 5869), salted with the network
 * key or zeros. The nonce is the number of the record and is not sent: a record that is altered, replayed, left out or
 * out of order does not open. Throws {@link LanpeerError} `ERR_INTERNAL` if the options have the wrong shape.
 */
export function createSeal(options: SealOptions): Seal {
  check(options);
  const { ownId, remoteId, generation } = options;
  const sealKey = deriveKey(options, ownId, remoteId, generation);
  const openKey = deriveKey(options, remoteId, ownId, generation);
  const sealNonce = createNonce();
  const openNonce = createNonce();
  let broken = false;

  return {
    overhead: sealOverhead,
    seal(plain) {
      if (broken) throw new LanpeerError('ERR_SEAL');
      const cipher = createCipheriv(algorithm, sealKey, sealNonce(), { authTagLength: sealOverhead });
      const body = cipher.update(plain);
      cipher.final();
      return Buffer.concat([body, cipher.getAuthTag()]);
    },
    open(record) {
      const end = record.byteLength - sealOverhead;
      if (broken || end < 0) {
        broken = true;
        throw new LanpeerError('ERR_SEAL');
      }
      try {
        const decipher = createDecipheriv(algorithm, openKey, openNonce(), { authTagLength: sealOverhead });
        decipher.setAuthTag(record.subarray(end));
        const plain = decipher.update(record.subarray(0, end));
        decipher.final();
        return plain;
      } catch (cause) {
        broken = true;
        throw new LanpeerError('ERR_SEAL', undefined, { cause });
      }
    },
  };
}
