import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { formatProbeDatagram, parseProbeDatagram } from '../../../src/protocol/probe-datagram.ts';

const { sizes, tokenBytes } = limits.probes;
const token = new Uint8Array(tokenBytes).fill(9);

describe('a datagram of a probe', () => {
  it.each(sizes)('of %i bytes is parsed as it was formatted', (bytes) => {
    for (const kind of ['knock', 'there', 'back'] as const) {
      const datagram = formatProbeDatagram(token, { kind, bytes });
      expect(datagram.byteLength).toBe(bytes);
      expect(parseProbeDatagram(token, datagram)).toEqual({ kind, bytes });
    }
  });

  it('is none with another token, of another size or kind', () => {
    const datagram = formatProbeDatagram(token, { kind: 'there', bytes: 64 });
    expect(parseProbeDatagram(new Uint8Array(tokenBytes).fill(8), datagram)).toBeUndefined();
    expect(parseProbeDatagram(token, datagram.subarray(1))).toBeUndefined();
    expect(parseProbeDatagram(token, new Uint8Array())).toBeUndefined();
    expect(parseProbeDatagram(token, new Uint8Array(tokenBytes))).toBeUndefined();
    datagram[tokenBytes] = 3;
    expect(parseProbeDatagram(token, datagram)).toBeUndefined();
  });

  it('has room for a whole record of a WebRTC link, with 37 bytes of DTLS, under that of an Ethernet frame', () => {
    expect(sizes).toContain(limits.webrtc.mtu + 37);
    expect(Math.max(...sizes)).toBe(1_500 - 28);
  });
});
