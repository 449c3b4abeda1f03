import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { type DeviceId, deviceIdOf } from '../../protocol/device-id.ts';

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
 * A self-signed X.509 certificate (RFC 5280) over that key, as PEM. Only its public key is ever looked at, so that names
 * and dates in it say nothing: it is valid from the epoch on, whatever the clock of the machine says.
 */
export async function makeCertificate(key: KeyObject): Promise<string> {
  // Loaded when a node starts; the second one needs what the first one defines.
  await import('reflect-metadata');
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const { subtle } = webcrypto;
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']),
    subtle.importKey('spki', spkiOf(key), 'Ed25519', true, ['verify']),
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=lanpeer',
    serialNumber: '01',
    notBefore: new Date(0),
    notAfter: new Date('9999-12-31T00:00:00Z'),
    keys: { privateKey, publicKey },
    signingAlgorithm: 'Ed25519',
  });
  return certificate.toString('pem');
}
