import { expect, test } from 'vitest';
import {
  type Description,
  isUsable,
  parseDescription,
  writeDescription,
} from '../../src/adapters/transport/werift/description.ts';
import { isSafeDatagram } from '../../src/adapters/transport/werift/patch-dtls-records.ts';
import { isFromPeer } from '../../src/adapters/transport/werift/patch-stun-requests.ts';
import { dtlsRecord, handshakeMessage } from '../support/transport/datagrams.ts';
import { fuzz, outcomeOf } from './support/fuzz.ts';

const candidate = { address: '127.0.0.1', port: 4_711, priority: 1, foundation: '1', type: 'host' } as const;
const description: Description = {
  ufrag: 'abcd',
  pwd: 'a'.repeat(22),
  fingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
  setup: 'actpass',
  maxMessageSize: 65_536,
  candidates: [candidate, { ...candidate, address: 'fe80::1', type: 'srflx' }],
};
/** Each line that a description may become. */
const lines =
  /^(?:v=0|o=- 1 1 IN IP4 0\.0\.0\.0|s=-|t=0 0|m=application 9 UDP\/DTLS\/SCTP webrtc-datachannel|c=IN IP4 0\.0\.0\.0|a=[a-z-]+(?::[ -~]*)?)$/;

test('the description of a link', () =>
  fuzz({
    name: 'description',
    samples: [
      Buffer.from(JSON.stringify(description)),
      Buffer.from(JSON.stringify({ ...description, candidates: [] })),
    ],
    words: [
      '"127.0.0.1"',
      '"::ffff:1.2.3.4"',
      '"x.local"',
      '"224.0.0.1"',
      '"fe80::1%eth0"',
      '\\r\\na=candidate:1',
      '0',
      '65536',
      '"0177.0.0.1"',
    ],
    mostBytes: 8_192,
    run(input) {
      let body: unknown;
      try {
        body = JSON.parse(input.toString());
      } catch {
        return 'no JSON';
      }
      return outcomeOf(
        ['ERR_PROTOCOL'],
        () => parseDescription(body),
        (fields) => {
          const usable = fields.candidates.filter((one) => isUsable(one, '127.0.0.1'));
          const elsewhere = fields.candidates.filter((one) => isUsable(one, '192.0.2.1'));
          // A name would be looked up; no remote host has a candidate on this machine.
          for (const { address } of usable) expect(address).toMatch(/^[0-9a-f.:]+$/i);
          for (const { address } of elsewhere) expect(address).not.toMatch(/^127\.|^::1$/);
          const sdp = writeDescription(fields, usable).split('\r\n');
          for (const line of sdp.slice(0, -1)) expect(line).toMatch(lines);
          expect(sdp.filter((line) => line.startsWith('a=candidate')).length).toBe(usable.length);
          return `${fields.setup} ${Math.min(fields.candidates.length, 3)} ${usable.length} ${elsewhere.length}`;
        },
      );
    },
  }));

test('a STUN request', () => {
  const ice = { localUsername: 'abcd', localPassword: 'p'.repeat(22), remoteUsername: 'efgh' };
  const head = Buffer.from([0, 1, 0, 40, 0x21, 0x12, 0xa4, 0x42, ...new Uint8Array(12)]);
  const user = Buffer.concat([Buffer.from([0, 6, 0, 9]), Buffer.from('abcd:efgh'), Buffer.alloc(3)]);
  const integrity = Buffer.concat([Buffer.from([0, 8, 0, 20]), Buffer.alloc(20)]);
  return fuzz({
    name: 'stun',
    samples: [Buffer.concat([head, user, integrity]), Buffer.concat([head, integrity, user]), head],
    words: [Uint8Array.of(0, 6), Uint8Array.of(0, 8, 0, 20), Uint8Array.of(0xff, 0xff)],
    mostBytes: 2_048,
    run(input) {
      // The password cannot be guessed.
      expect(isFromPeer(input, ice)).toBe(false);
      return String(input.byteLength > 20);
    },
  });
});

test('DTLS records', () =>
  fuzz({
    name: 'dtls',
    samples: [
      dtlsRecord(22, handshakeMessage(1, 0, Buffer.alloc(40))),
      dtlsRecord(21, Buffer.from([2, 40])),
      Buffer.concat([dtlsRecord(20, Buffer.of(1)), dtlsRecord(23, Buffer.alloc(30))]),
    ],
    mostBytes: 2_048,
    run(input) {
      const [before, after] = [isSafeDatagram(input, false), isSafeDatagram(input, true)];
      // In the clear nothing ends a connection that is up.
      if (after) expect(input.readUInt16BE(3)).not.toBe(0);
      return `${before} ${after} ${Math.min(input.byteLength, 14)}`;
    },
  }));
