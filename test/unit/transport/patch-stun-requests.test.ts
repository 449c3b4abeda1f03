import { describe, expect, it } from 'vitest';
import { isFromPeer } from '../../../src/adapters/transport/werift/patch-stun-requests.ts';

/** The sample request of RFC 5769 section 2.1. */
const sample = Buffer.from(
  '000100582112a442b7e7a701bc34d686fa87dfae' +
    '802200105354554e207465737420636c69656e74' +
    '002400046e0001ff' +
    '80290008932ff9b151263b36' +
    '000600096576746a3a68367659202020' +
    '000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2' +
    '80280004e57a3bcf',
  'hex',
);
const signatureAt = 76;
const ice = { localUsername: 'evtj', remoteUsername: 'h6vY', localPassword: 'VOkJxbRl1RmTxUk/WvJxBt' };

describe('isFromPeer', () => {
  it('knows the signed request of RFC 5769', () => {
    expect(isFromPeer(sample, ice)).toBe(true);
  });

  it('knows it before the description of the peer is here', () => {
    expect(isFromPeer(sample, { ...ice, remoteUsername: '' })).toBe(true);
  });

  it.each([
    ['another password', { localPassword: 'VOkJxbRl1RmTxUk/WvJxBx' }],
    ['another fragment of ours', { localUsername: 'evtk' }],
    ['another fragment of the peer', { remoteUsername: 'h6vZ' }],
  ])('refuses it for %s', (_, other) => {
    expect(isFromPeer(sample, { ...ice, ...other })).toBe(false);
  });

  it('refuses it with any byte before the signature altered', () => {
    for (let at = 0; at < signatureAt + 24; at += 1) {
      const altered = Buffer.from(sample);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      // The length of the message is replaced for the signature; werift checks it against the datagram.
      expect(isFromPeer(altered, ice), `byte ${at}`).toBe(at === 2 || at === 3);
    }
  });

  it('refuses it cut off anywhere before the end of its signature', () => {
    for (let length = 0; length < sample.length - 8; length += 1)
      expect(isFromPeer(sample.subarray(0, length), ice), `${length} bytes`).toBe(false);
  });

  it('refuses a request without a signature', () => {
    expect(isFromPeer(sample.subarray(0, signatureAt), ice)).toBe(false);
  });
});
