import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type DeviceId, deviceIdOf } from '../../protocol/device-id.ts';
import { makeSelfSigned } from '../../util/self-signed.ts';

/** A new Ed25519 key (RFC 8032). */
export function makePrivateKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

/** PKCS #8 PEM of a private key. */
export function formatPrivateKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The key in a PEM text. Throws for anything but an Ed25519 private key. */
export function parsePrivateKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it holds a key of type ${key.asymmetricKeyType}`);
  return key;
}

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

/** The id that belongs to a private key. */
export function deviceIdOfKey(key: KeyObject): DeviceId {
  return deviceIdOf(spkiOf(key));
}

/**
 * The certificate of a device, PEM. Only its public key is ever looked at, so that names and dates in it say nothing: it is
 * valid from the epoch on, whatever the clock of the machine says.
 */
export const makeCertificate = (key: KeyObject): string => makeSelfSigned(key);
