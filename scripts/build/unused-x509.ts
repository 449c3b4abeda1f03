/**
 * In the place of `@peculiar/x509` in the bundle. werift hands it a provider when it is loaded, and makes certificates by
 * it where it is given none; we give it ours, and the package takes 10 MB.
 */
function unused(): never {
  throw new Error('werift is to be given a certificate');
}

export const cryptoProvider = { set: (): void => undefined };
export const X509CertificateGenerator = { createSelfSigned: unused };
export const PemConverter = { encode: unused };
