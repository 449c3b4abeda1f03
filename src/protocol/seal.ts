import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { LanpeerError } from '../errors.ts';
import type { DeviceId } from './device-id.ts';

/** Bytes that sealing adds to a record: the GCM tag. */
export const sealOverhead = 16;

/** Authenticated encryption of the records of one link, one object for each side. */
export interface Seal {
  readonly overhead: number;
  seal(plain: Uint8Array): Uint8Array;
  /** Throws {@link LanpeerError} `ERR_SEAL`, and from then on always: a lost record cannot be skipped. */
  open(record: Uint8Array): Uint8Array;
}

export interface SealOptions {
  /** 32 bytes of the signalling session's exporter. */
  readonly secret: Uint8Array;
  /** 32 bytes. */
  readonly networkKey?: Uint8Array;
  readonly ownId: DeviceId;
  readonly remoteId: DeviceId;
  readonly epoch: number;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;

/** info = 'seal/1' ‖ sender id ‖ receiver id ‖ epoch (64 bit, big endian); the ids have 52 characters each. */
function deriveKey({ secret, networkKey }: SealOptions, from: DeviceId, to: DeviceId, epoch: number): KeyObject {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(epoch));
  const info = Buffer.concat([Buffer.from(`seal/1${from}${to}`), number]);
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, networkKey ?? Buffer.alloc(32), info, 32)));
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
 * AES-256-GCM (NIST SP 800-38D) with one key per direction and epoch by HKDF-SHA256 (RFC 5869), salted with the network
 * key or zeros. The nonce is the number of the record and is not sent: a record that is altered, replayed, left out or
 * out of order does not open.
 */
export function createSeal(options: SealOptions): Seal {
  const { ownId, remoteId, epoch } = options;
  const sealKey = deriveKey(options, ownId, remoteId, epoch);
  const openKey = deriveKey(options, remoteId, ownId, epoch);
  const sealNonce = createNonce();
  const openNonce = createNonce();
  let broken = false;

  return {
    overhead: sealOverhead,
    seal(plain) {
      const cipher = createCipheriv(algorithm, sealKey, sealNonce());
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
