import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createSelfSignedCertificate, RTCCertificate } from 'werift';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import { createSeal } from '../../../src/protocol/seal.ts';
import { type RecordedLink, recordLink } from '../../../src/testing/compliance/transport-pair.ts';
import { answerLink, createRawPeer, offerLink, type RawPeer } from '../../support/transport/raw-peer.ts';
import { loopback, weriftOnLoopback } from '../../support/transport/werift-pair.ts';

let peer: RawPeer | undefined;
let end: RecordedLink | undefined;

afterEach(async () => {
  await peer?.pc.close();
  await end?.link.close();
});

/** A certificate, and one that looks the same with a private key that does not belong to it. */
async function copyOf(): Promise<{ readonly genuine: RTCCertificate; readonly copy: RTCCertificate }> {
  const { certPem, keyPem, signatureHash } = await createSelfSignedCertificate({ signature: 3, hash: 4 }, 23);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const foreign = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    genuine: new RTCCertificate(keyPem, certPem, signatureHash),
    copy: new RTCCertificate(foreign, certPem, signatureHash),
  };
}

const fingerprintOf = (certificate: RTCCertificate): string => certificate.getFingerprints()[0]?.value ?? '';

describe.each(['offerer', 'answerer'] as const)('to an %s', (role) => {
  it('a copied certificate without its key opens a channel, and the seal refuses its records', async () => {
    const { genuine, copy } = await copyOf();
    // The fingerprint that the link checks is that of the genuine certificate.
    expect(fingerprintOf(copy)).toBe(fingerprintOf(genuine));
    const thief = createRawPeer({ certificates: [copy], dtls: {} });
    peer = thief;
    const link = recordLink(weriftOnLoopback(), role, loopback);
    end = link;
    await (role === 'offerer' ? answerLink(thief, link) : offerLink(thief, link));
    await link.when(() => link.count('open') > 0 || link.error !== undefined);
    await thief.opened;

    const [own, remote] = ['here', 'there'].map((name) => deviceIdOf(Buffer.from(name)));
    const options = { ownId: own ?? '', remoteId: remote ?? '', generation: 1 };
    const seal = createSeal({ ...options, secret: Buffer.alloc(32, 1) });
    const stolen = createSeal({
      ownId: options.remoteId,
      remoteId: options.ownId,
      generation: 1,
      secret: Buffer.alloc(32, 2),
    });
    thief.send(Buffer.from(stolen.seal(Buffer.from('hello'))));
    await link.when(() => link.records.length > 0 || link.error !== undefined);
    expect(link.error).toBeUndefined();
    expect(() => seal.open(link.records[0] ?? Buffer.alloc(0))).toThrow(expect.objectContaining({ code: 'ERR_SEAL' }));
  });

  it('another certificate opens nothing: its fingerprint is checked', async () => {
    const { genuine } = await copyOf();
    const { genuine: other } = await copyOf();
    const stranger = createRawPeer({ certificates: [other], dtls: {} });
    peer = stranger;
    const link = recordLink(weriftOnLoopback(), role, loopback);
    end = link;
    const claimed = fingerprintOf(genuine).toUpperCase();
    const { signal } = link.link;
    // The description of the attacker names the certificate of another device.
    const lying: RecordedLink = {
      ...link,
      bodies: link.bodies,
      link: { ...link.link, signal: (body) => signal({ ...(body as object), fingerprint: claimed }) },
    };
    await (role === 'offerer' ? answerLink(stranger, lying) : offerLink(stranger, lying));
    await link.when(() => link.error !== undefined);
    expect(link.error?.code).toBe('ERR_TRANSPORT');
    expect(link.records).toEqual([]);
  });
});
