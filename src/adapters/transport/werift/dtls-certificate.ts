import { generateKeyPairSync } from 'node:crypto';
import { RTCCertificate } from 'werift';
import { makeSelfSigned } from '../../../util/self-signed.ts';

/** As TLS numbers them (RFC 5246 section 7.4.1.4.1). */
const ecdsaWithSha256 = { signature: 3, hash: 4 } as const;

let made: RTCCertificate | undefined;

/**
 * The certificate of all DTLS connections of this process. werift would make one as well, by a package that takes 10 MB and
 * that nothing else needs. Whom a link is with is not decided by it: its records are sealed with keys of the TLS session.
 */
export function dtlsCertificate(): RTCCertificate {
  if (made) return made;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  made = new RTCCertificate(pem, makeSelfSigned(privateKey), ecdsaWithSha256);
  return made;
}
