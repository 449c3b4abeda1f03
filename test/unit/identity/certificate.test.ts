import { createPublicKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { deviceIdOfKey, makeCertificate, makePrivateKey } from '../../../src/adapters/identity/certificate.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';

test('a certificate is self-signed, over the key of the device, and valid whatever the clock says', () => {
  const key = makePrivateKey();
  const certificate = new X509Certificate(makeCertificate(key));
  expect(certificate.verify(createPublicKey(key))).toBe(true);
  expect(certificate.verify(createPublicKey(makePrivateKey()))).toBe(false);
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(deviceIdOf(certificate.publicKey.export({ type: 'spki', format: 'der' }))).toBe(deviceIdOfKey(key));
  expect([certificate.subject, certificate.issuer, certificate.serialNumber]).toEqual([
    'CN=lanpeer',
    'CN=lanpeer',
    '01',
  ]);
  expect([certificate.validFromDate.toISOString(), certificate.validToDate.toISOString()]).toEqual([
    '1970-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.000Z',
  ]);
});

test('a certificate of a key is always the same one', () => {
  const key = makePrivateKey();
  expect(makeCertificate(key)).toBe(makeCertificate(key));
});
