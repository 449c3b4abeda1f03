import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { formatSignal, parseSignal, type SignalMessage } from '../../../src/protocol/signal.ts';
import { codeOf } from '../../support/code-of.ts';

const { messageBytes } = limits.signalling;
const epoch = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const body = fc.jsonValue({ maxDepth: 3 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
const anyMessage: fc.Arbitrary<SignalMessage> = fc.oneof(
  fc.record({
    type: fc.constant('offer' as const),
    epoch,
    via: fc.constantFrom('webrtc', 'tls', 'quic'),
    body,
  }),
  fc.record({ type: fc.constant('signal' as const), epoch, body }),
  fc.record({ type: fc.constant('lost' as const), epoch }),
  fc.record({
    type: fc.constant('bye' as const),
    reason: fc.constantFrom(
      ...(['disconnect', 'stopping', 'abandoned', 'duplicate', 'instance', 'failed', 'refused'] as const),
    ),
  }),
  fc.record({ type: fc.constant('probe' as const), probe: epoch, of: fc.constant('tcp' as const) }),
  fc.record({
    type: fc.constant('probe' as const),
    probe: epoch,
    of: fc.constant('udp' as const),
    port: fc.integer({ min: 1_024, max: 65_535 }),
    token: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  }),
  fc.record({
    type: fc.constant('probed' as const),
    probe: epoch,
    of: fc.constant('udp' as const),
    heard: fc.array(fc.tuple(fc.constantFrom(...limits.probes.sizes), fc.integer({ min: 0, max: 256 })), {
      maxLength: 6,
    }),
    sent: fc.integer({ min: 0, max: 256 }),
    errno: fc.constantFrom(null, 'EPERM'),
  }),
);
const parseCode = (text: string) => codeOf(() => parseSignal(text));

/** An offer whose text has so many bytes; its body is filled with characters of that size. */
function offerOf(bytes: number, character: string): SignalMessage {
  const message = (text: string): SignalMessage => ({ type: 'signal', epoch: 1, body: text });
  const room = bytes - Buffer.byteLength(JSON.stringify(message('')));
  const size = Buffer.byteLength(character);
  return message(character.repeat(Math.floor(room / size)) + 'x'.repeat(room % size));
}

describe('a signalling message', () => {
  it('is parsed as it was formatted', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(parseSignal(formatSignal(message))).toEqual(message);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no object', '1'],
    ['null', 'null'],
    ['an array', '[]'],
    ['no type', '{"epoch":1}'],
    ['an unknown type', '{"type":"answer","epoch":1,"body":1}'],
    ['a type of Object', '{"type":"constructor"}'],
    ['no epoch', '{"type":"lost"}'],
    ['epoch 0', '{"type":"lost","epoch":0}'],
    ['an epoch with a fraction', '{"type":"lost","epoch":1.5}'],
    ['an epoch that is not safe', '{"type":"lost","epoch":9007199254740992}'],
    ['an epoch as text', '{"type":"lost","epoch":"1"}'],
    [
      'a probe of a port that needs a privilege',
      '{"type":"probe","probe":1,"of":"udp","port":53,"token":"00112233445566778899aabbccddeeff"}',
    ],
    ['a probe with a short token', '{"type":"probe","probe":1,"of":"udp","port":5300,"token":"0011"}'],
    ['a probe of something else', '{"type":"probe","probe":1,"of":"icmp"}'],
    [
      'an answer with a size that nobody sends',
      '{"type":"probed","probe":1,"of":"udp","heard":[[65,1]],"sent":1,"errno":null}',
    ],
    [
      'an answer with text of its own',
      '{"type":"probed","probe":1,"of":"udp","heard":[],"sent":1,"errno":"E\\u001b[31m"}',
    ],
    ['an offer without a transport', '{"type":"offer","epoch":1,"body":1}'],
    ['an offer for a transport without a name', '{"type":"offer","epoch":1,"via":null,"body":1}'],
    ['an offer for a transport of too long a name', `{"type":"offer","epoch":1,"via":"${'x'.repeat(33)}","body":1}`],
    ['an offer without a body', '{"type":"offer","epoch":1,"via":"tls"}'],
    ['an unknown reason', '{"type":"bye","reason":"whim"}'],
    ['nesting without end', `{"type":"signal","epoch":1,"body":${'['.repeat(8_000)}}`],
  ])('is refused with ERR_PROTOCOL: %s', (_, text) => {
    expect(parseCode(text)).toBe('ERR_PROTOCOL');
  });

  it('is read without the members that this version does not know', () => {
    fc.assert(
      fc.property(anyMessage, body, (message, value) => {
        const text = JSON.stringify({ ...message, later: value }).replace('{', '{"__proto__":{"a":1},');
        fc.pre(Buffer.byteLength(text) <= messageBytes);
        expect(parseSignal(text)).toStrictEqual({ ...message });
      }),
    );
  });

  it.each(['x', 'ü', '💡'])('has at most the cap of bytes, not of characters, filled with %s', (character) => {
    const largest = offerOf(messageBytes, character);
    const text = formatSignal(largest);
    expect(Buffer.byteLength(text)).toBe(messageBytes);
    expect(parseSignal(text)).toEqual(largest);
    const larger = offerOf(messageBytes + 1, character);
    expect(codeOf(() => formatSignal(larger))).toBe('ERR_TOO_LARGE');
    expect(parseCode(JSON.stringify(larger))).toBe('ERR_PROTOCOL');
    expect(parseCode(`${text} `)).toBe('ERR_PROTOCOL');
  });

  it.each<readonly [string, unknown]>([
    ['a BigInt', 1n],
    [
      'a circle',
      (() => {
        const circle: unknown[] = [];
        circle.push(circle);
        return circle;
      })(),
    ],
  ])('cannot be formatted of %s', (_, value) => {
    expect(codeOf(() => formatSignal({ type: 'signal', epoch: 1, body: value }))).toBe('ERR_DATA');
  });

  it('is parsed without any other error, whatever text comes', () => {
    const near = fc
      .tuple(anyMessage, fc.constantFrom('type', 'epoch', 'via', 'reason', 'body', 'x'), fc.jsonValue())
      .map(([message, key, value]) => JSON.stringify({ ...message, [key]: value }));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), near), (text) => {
        expect(['ERR_PROTOCOL', undefined]).toContain(parseCode(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
