import { createPublicKey, type KeyObject, sign } from 'node:crypto';

/** An element of DER (ITU-T X.690 section 10), up to 64 KiB. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { byteLength } = content;
  const [high, low] = [byteLength >> 8, byteLength & 0xff];
  const length = byteLength < 0x80 ? [low] : high === 0 ? [0x81, low] : [0x82, high, low];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const integer = (value: number): Buffer => der(0x02, Buffer.from([value]));
const identifier = (...bytes: readonly number[]): Buffer => der(0x06, Buffer.from(bytes));
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value, 'latin1'));
const printableString = 0x13;
const utcTime = 0x17;
const generalizedTime = 0x18;
const set = 0x31;
const bitString = (bytes: Uint8Array): Buffer => der(0x03, Buffer.from([0]), bytes);

/** [0] 2: version 3 (RFC 5280 section 4.1.2.1). */
const version = der(0xa0, integer(2));
/** id-at-commonName, 2.5.4.3 (RFC 5280 appendix A.1). */
const commonName = identifier(0x55, 0x04, 0x03);
const name = sequence(der(set, sequence(commonName, text(printableString, 'lanpeer'))));
/** From the epoch on, without an end (RFC 5280 section 4.1.2.5). */
const validity = sequence(text(utcTime, '700101000000Z'), text(generalizedTime, '99991231235959Z'));

/** id-Ed25519, 1.3.101.112 (RFC 8410), and ecdsa-with-SHA256, 1.2.840.10045.4.3.2 (RFC 5758). */
const ed25519 = sequence(identifier(0x2b, 0x65, 0x70));
const ecdsaWithSha256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

/** A self-signed X.509 certificate (RFC 5280) over an Ed25519 or ECDSA key, as PEM, without extensions and valid at any time. */
export function makeSelfSigned(key: KeyObject): string {
  const [algorithm, digest] = key.asymmetricKeyType === 'ed25519' ? [ed25519, null] : [ecdsaWithSha256, 'sha256'];
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const signed = sequence(version, integer(1), algorithm, name, validity, name, publicKey);
  const certificate = sequence(signed, algorithm, bitString(sign(digest, signed, key)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
