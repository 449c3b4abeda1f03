import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSafeDatagram } from '../../../src/adapters/transport/werift/patch-dtls-records.ts';
import { limits } from '../../../src/limits.ts';
import { dtlsRecord, handshakeMessage } from '../../support/transport/datagrams.ts';

const hello = handshakeMessage(1, 0, Buffer.alloc(50));
const encrypted = Buffer.from([0, 1, 0, 0, 0, 0, 0, 7, 1, 2, 3, 4]);

describe('isSafeDatagram', () => {
  it.each([
    ['a handshake message', dtlsRecord(22, hello), false],
    ['several records', Buffer.concat([dtlsRecord(22, hello), dtlsRecord(20, Buffer.of(1))]), false],
    ['an encrypted handshake message', dtlsRecord(22, encrypted, 1), true],
    ['application data', dtlsRecord(23, encrypted, 1), true],
    ['an encrypted alert', dtlsRecord(21, encrypted, 1), true],
  ])('passes %s', (_, datagram, connected) => {
    expect(isSafeDatagram(datagram, connected)).toBe(true);
  });

  it.each([
    ['an alert before the connection is up', dtlsRecord(21, encrypted, 1), false],
    ['an alert in the clear', dtlsRecord(21, Buffer.of(1, 0), 1), true],
    ['a type under 20', dtlsRecord(19, encrypted, 1), true],
    ['a type over 23', dtlsRecord(24, encrypted, 1), true],
    ['a plain handshake message after the handshake', dtlsRecord(22, hello), true],
    ['nothing', Buffer.alloc(0), false],
    ['a bad record behind a good one', Buffer.concat([dtlsRecord(22, hello), dtlsRecord(30, hello)]), false],
    ['bytes behind the last record', Buffer.concat([dtlsRecord(22, hello), Buffer.of(22)]), false],
    ['a handshake header cut off', dtlsRecord(22, hello.subarray(0, 11)), false],
    [
      'a message that would take too much memory',
      dtlsRecord(22, handshakeMessage(11, 0, Buffer.alloc(10), limits.webrtc.handshakeBytes + 1)),
      false,
    ],
  ])('stops %s', (_, datagram, connected) => {
    expect(isSafeDatagram(datagram, connected)).toBe(false);
  });

  it('passes a message as large as the cap', () => {
    const largest = handshakeMessage(11, 0, Buffer.alloc(10), limits.webrtc.handshakeBytes);
    expect(isSafeDatagram(dtlsRecord(22, largest), false)).toBe(true);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, connected) => {
        expect(typeof isSafeDatagram(Buffer.from(bytes), connected)).toBe('boolean');
      }),
      { numRuns: 2_000 },
    );
  });
});
