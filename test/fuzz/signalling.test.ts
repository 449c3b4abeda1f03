import { expect, test } from 'vitest';
import { createAuthentication } from '../../src/adapters/signalling/session/authenticate.ts';
import {
  formatGreetingFrame,
  type GreetingFrame,
  parseGreetingFrame,
  protocolVersion,
  refusalCode,
} from '../../src/protocol/greeting.ts';
import { formatIncarnation, parseIncarnation } from '../../src/protocol/incarnation.ts';
import { makeNetworkKey, networkTag, parseNetworkKey } from '../../src/protocol/network-key.ts';
import { formatProbeDatagram, parseProbeDatagram } from '../../src/protocol/probe-datagram.ts';
import { proveKey, verifyProof } from '../../src/protocol/proof.ts';
import { formatSignal, parseSignal, type SignalMessage } from '../../src/protocol/signal.ts';
import { fuzz, outcomeOf } from './support/fuzz.ts';
import { shapeOf } from './support/shape.ts';

const [own, other] = [`${'a'.repeat(51)}a`, `${'b'.repeat(51)}a`];
const key = new Uint8Array(32).fill(3);
const exporter = new Uint8Array(32).fill(9);
const context = { role: 'dialer', ownId: other, otherId: own, exporter } as const;
const proof = proveKey(key, context);
const greeting = {
  incarnation: { counter: 1_700_000_000_000, random: '0123456789abcdef' },
  name: 'name',
  port: 4_711,
  held: 3,
  features: ['later'],
  transports: ['webrtc', 'tls'],
};
const greetings: readonly GreetingFrame[] = [
  { type: 'hello', version: protocolVersion, to: own, proof },
  { type: 'hello', version: protocolVersion, to: own },
  { type: 'welcome', proof, greeting },
  { type: 'ready', greeting },
  { type: 'refuse', code: 'ERR_NETWORK_KEY' },
];
const words = [
  '"type"',
  'null',
  '[]',
  '{}',
  '"__proto__"',
  '\\u0000',
  '\\ud800',
  '\u{1f600}',
  '1e400',
  '"to"',
  '"body"',
  '"features"',
  '"via"',
  '[[[[[[',
];
const text = (input: Buffer): string => input.toString('utf8');

test('a frame of the authentication', () =>
  fuzz({
    name: 'greeting',
    samples: [
      ...greetings.map((frame) => Buffer.from(formatGreetingFrame(frame))),
      Buffer.from('{"type":"hello","version":1}'),
    ],
    words,
    mostBytes: 10_000,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL', 'ERR_VERSION'],
        () => parseGreetingFrame(text(input)),
        (frame) => {
          if (frame.type === 'refuse') return refusalCode(frame.code);
          expect(parseGreetingFrame(formatGreetingFrame(frame))).toEqual(frame);
          return shapeOf(frame);
        },
      ),
  }));

test('what a side answers to it', () =>
  fuzz({
    name: 'authentication',
    samples: greetings.map((frame) => Buffer.from(formatGreetingFrame(frame))),
    words,
    mostBytes: 10_000,
    run(input) {
      const said = (['dialer', 'listener'] as const).map((role) => {
        const options = { role, ownId: own, remoteId: other, exporter, greet: () => greeting };
        const authentication = createAuthentication({ ...options, access: () => ({ networkKey: key }) });
        const step = authentication.receive(text(input));
        // Only a caller that proves the key for this session is accepted, and an ended session stays ended.
        // The last character of a proof has bits that say nothing.
        if (step.kind !== 'refused')
          expect(text(input)).toContain(role === 'listener' ? proof.slice(0, -1) : '"welcome"');
        if (step.kind !== 'more') expect(authentication.receive(text(input)).kind).toBe('refused');
        return step.kind === 'refused' ? step.code : step.kind;
      });
      return said.join(' ');
    },
  }));

test('a message of a session', () => {
  const messages: readonly SignalMessage[] = [
    { type: 'offer', epoch: 1, via: 'tls', body: { tls: 'offer' } },
    { type: 'offer', epoch: 2, via: 'quic', body: { later: [] } },
    { type: 'signal', epoch: 2 ** 53 - 1, body: [null, 1, 'x'] },
    { type: 'lost', epoch: 3 },
    { type: 'bye', reason: 'disconnect' },
    { type: 'probe', probe: 1, of: 'tcp' },
    { type: 'probe', probe: 2, of: 'udp', port: 49_152, token: '0123456789abcdef'.repeat(2) },
    { type: 'probed', probe: 1, of: 'tcp', tcp: 'open', tls: 'expected', ms: 1.5 },
    { type: 'probed', probe: 2, of: 'udp-port', port: 1_024 },
    { type: 'probed', probe: 2, of: 'udp', heard: [[64, 4]], sent: 28, errno: 'EPERM' },
    { type: 'probed', probe: 3, of: 'none', why: 'busy' },
  ];
  return fuzz({
    name: 'signal',
    samples: messages.map((message) => Buffer.from(formatSignal(message))),
    words,
    mostBytes: 17_000,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL'],
        () => parseSignal(text(input)),
        (message) => {
          // JSON has no infinity: a number that is too large becomes null when it is written, once.
          const written = parseSignal(JSON.stringify(message));
          expect(shapeOf(parseSignal(JSON.stringify(written)))).toEqual(shapeOf(written));
          return shapeOf(message);
        },
      ),
  });
});

test('a datagram of a probe', () => {
  const token = new Uint8Array(16).fill(7);
  return fuzz({
    name: 'probe-datagram',
    samples: (['knock', 'there', 'back'] as const).map((kind) =>
      Buffer.from(formatProbeDatagram(token, { kind, bytes: kind === 'knock' ? 64 : 1_472 })),
    ),
    mostBytes: 2_000,
    run(input) {
      const datagram = parseProbeDatagram(token, input);
      if (!datagram) return 'none';
      expect([datagram.bytes, input.subarray(0, 16)]).toEqual([input.byteLength, Buffer.from(token)]);
      return `${datagram.kind} ${datagram.bytes}`;
    },
  });
});

test('a proof of the network key', () =>
  fuzz({
    name: 'proof',
    samples: [Buffer.from(proof), Buffer.from(proveKey(key, { ...context, role: 'listener' }))],
    mostBytes: 200,
    run(input) {
      const isGood = verifyProof(key, context, text(input));
      // The last character of base64url has bits that say nothing.
      if (isGood) expect(Buffer.from(text(input), 'base64url').equals(Buffer.from(proof, 'base64url'))).toBe(true);
      return String(isGood);
    },
  }));

test('a network key as text', () =>
  fuzz({
    name: 'network-key',
    samples: [Buffer.from(makeNetworkKey()), Buffer.from('lanpeer-key-')],
    mostBytes: 200,
    run: (input) =>
      outcomeOf(
        ['ERR_NETWORK_KEY_FORMAT'],
        () => parseNetworkKey(text(input)),
        (bytes) => {
          expect([bytes.byteLength, networkTag(bytes).length]).toEqual([32, 26]);
          return 'a key';
        },
      ),
  }));

test('an incarnation', () =>
  fuzz({
    name: 'instance',
    samples: [Buffer.from(formatIncarnation(greeting.incarnation)), Buffer.from('9007199254740991-ffffffffffffffff')],
    mostBytes: 100,
    run(input) {
      const incarnation = parseIncarnation(text(input));
      if (incarnation) expect(formatIncarnation(incarnation)).toBe(text(input));
      return incarnation ? `of ${String(incarnation.counter).length}` : 'none';
    },
  }));
