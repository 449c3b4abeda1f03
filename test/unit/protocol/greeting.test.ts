import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import {
  formatGreetingFrame,
  type GreetingFields,
  type GreetingFrame,
  parseGreetingFrame,
  protocolVersion,
  refusalCode,
} from '../../../src/protocol/greeting.ts';
import { codeOf } from '../../support/code-of.ts';

const { nameBytes } = limits.discovery;
const { nameChars } = limits.signalling;
const to = deviceIdOf(Buffer.from('to'));
const greeting: GreetingFields = {
  incarnation: { counter: 1_700_000_000_000, random: '0123456789abcdef' },
  name: 'Büro',
  port: 50_000,
  held: 3,
  features: ['later'],
  transports: ['webrtc', 'tls'],
};
const { incarnation: _, ...others } = greeting;
const wire = { instance: '1700000000000-0123456789abcdef', ...others };
const parseCode = (value: unknown) =>
  codeOf(() => parseGreetingFrame(typeof value === 'string' ? value : JSON.stringify(value)));

const names = fc.array(fc.string({ maxLength: nameChars }), { maxLength: limits.signalling.names });
const anyGreeting: fc.Arbitrary<GreetingFields> = fc.record({
  incarnation: fc.record({
    counter: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    random: fc.stringMatching(/^[0-9a-f]{16}$/),
  }),
  name: fc.string({ unit: 'grapheme' }).filter((name) => Buffer.byteLength(name) <= nameBytes),
  port: fc.integer({ min: 0, max: 65_535 }),
  held: fc.maxSafeNat(),
  features: names,
  transports: names,
});
const proof = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);
const anyFrame: fc.Arbitrary<GreetingFrame> = fc.oneof(
  fc.record(
    { type: fc.constant('hello' as const), version: fc.constant(protocolVersion), to: fc.constant(to), proof },
    { requiredKeys: ['type', 'version', 'to'] },
  ),
  fc.record(
    { type: fc.constant('welcome' as const), proof, greeting: anyGreeting },
    { requiredKeys: ['type', 'greeting'] },
  ),
  fc.record({ type: fc.constant('ready' as const), greeting: anyGreeting }),
  fc.record({ type: fc.constant('refuse' as const), code: fc.constantFrom('ERR_BUSY', 'ERR_SELF') }),
);

describe('a frame of the authentication', () => {
  it('is parsed as it was formatted', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(parseGreetingFrame(formatGreetingFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('has the documented text', () => {
    expect(JSON.parse(formatGreetingFrame({ type: 'ready', greeting }))).toEqual({ type: 'ready', greeting: wire });
    expect(parseGreetingFrame(JSON.stringify({ type: 'welcome', proof: 'p', greeting: wire }))).toEqual({
      type: 'welcome',
      proof: 'p',
      greeting,
    });
  });

  it.each<readonly [string, unknown]>([
    ['nothing', ''],
    ['no JSON', '{"type":'],
    ['null', null],
    ['an array', [{ type: 'ready', greeting: wire }]],
    ['an unknown type', { type: 'offer' }],
    ['a hello without a receiver', { type: 'hello', version: protocolVersion }],
    ['a hello to what is no id', { type: 'hello', version: protocolVersion, to: to.toUpperCase() }],
    ['a hello without a version', { type: 'hello', to }],
    ['a hello with a version that is no number', { type: 'hello', version: '2', to }],
    ['a hello with a version that is no integer', { type: 'hello', version: 1.5, to }],
    ['a proof that is no text', { type: 'hello', version: protocolVersion, to, proof: 1 }],
    ['a proof that is null', { type: 'hello', version: protocolVersion, to, proof: null }],
    ['a proof that is too long', { type: 'hello', version: protocolVersion, to, proof: 'x'.repeat(65) }],
    ['a welcome without a greeting', { type: 'welcome' }],
    ['a greeting without an incarnation', { type: 'ready', greeting: { ...wire, instance: undefined } }],
    ['an incarnation that is none', { type: 'ready', greeting: { ...wire, instance: '1-2' } }],
    ['an incarnation that is no text', { type: 'ready', greeting: { ...wire, instance: { counter: 1, random: '0' } } }],
    ['a name that is too long', { type: 'ready', greeting: { ...wire, name: 'x'.repeat(nameBytes + 1) } }],
    ['a name with too many bytes', { type: 'ready', greeting: { ...wire, name: 'ü'.repeat(nameBytes / 2 + 1) } }],
    ['a port over 65,535', { type: 'ready', greeting: { ...wire, port: 65_536 } }],
    ['a port that is no integer', { type: 'ready', greeting: { ...wire, port: 0.5 } }],
    ['links held under zero', { type: 'ready', greeting: { ...wire, held: -1 } }],
    ...(['features', 'transports'] as const).flatMap((key) => [
      [`a greeting without ${key}`, { type: 'ready', greeting: { ...wire, [key]: undefined } }] as const,
      [`${key} that are no list`, { type: 'ready', greeting: { ...wire, [key]: 'tls' } }] as const,
      [`${key} that are no texts`, { type: 'ready', greeting: { ...wire, [key]: [1] } }] as const,
      [
        `${key} with too long a name`,
        { type: 'ready', greeting: { ...wire, [key]: ['x'.repeat(nameChars + 1)] } },
      ] as const,
      [`too many ${key}`, { type: 'ready', greeting: { ...wire, [key]: Array.from({ length: 33 }, String) } }] as const,
    ]),
    ['a refusal without a code', { type: 'refuse' }],
  ])('is refused with ERR_PROTOCOL: %s', (_, value) => {
    expect(parseCode(value)).toBe('ERR_PROTOCOL');
  });

  it('is read without the members that this version does not know', () => {
    const later = JSON.parse('{"later":[1],"__proto__":{"a":1}}') as object;
    const read = (frame: object): GreetingFrame => parseGreetingFrame(JSON.stringify(frame));
    expect(read({ type: 'hello', version: protocolVersion, to, ...later })).toStrictEqual({
      type: 'hello',
      version: protocolVersion,
      to,
    });
    for (const type of ['welcome', 'ready'])
      expect(read({ type, greeting: { ...wire, ...later }, ...later })).toStrictEqual({ type, greeting });
    expect(read({ type: 'refuse', code: 'ERR_BUSY', ...later })).toStrictEqual({ type: 'refuse', code: 'ERR_BUSY' });
  });

  it('of another version is told from garbage, whatever else that version says', () => {
    expect(parseCode({ type: 'hello', version: protocolVersion + 1 })).toBe('ERR_VERSION');
    expect(parseCode({ type: 'hello', version: 1, to, future: {} })).toBe('ERR_VERSION');
  });

  it('has at most the cap of bytes before authentication', () => {
    const refusal = (length: number): string => {
      const text = JSON.stringify({ type: 'refuse', code: '' });
      return text.replace('""', `"${'x'.repeat(length - text.length)}"`);
    };
    expect(parseCode(refusal(limits.unauthenticated.bytes))).toBeUndefined();
    expect(parseCode(refusal(limits.unauthenticated.bytes + 1))).toBe('ERR_PROTOCOL');
  });

  it('is parsed without any other error, whatever text comes', () => {
    const near = fc
      .tuple(anyFrame, fc.constantFrom('type', 'version', 'to', 'proof', 'greeting', 'x'), fc.jsonValue())
      .map(([frame, key, value]) =>
        JSON.stringify({ ...(JSON.parse(formatGreetingFrame(frame)) as object), [key]: value }),
      );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), near), (text) => {
        expect(['ERR_PROTOCOL', 'ERR_VERSION', undefined]).toContain(parseCode(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<readonly [string, Partial<GreetingFields>]>([
    ['a name that is too long', { name: 'x'.repeat(nameBytes + 1) }],
    ['a port that is none', { port: -1 }],
    ['a feature of too long a name', { features: ['x'.repeat(nameChars + 1)] }],
    ['an incarnation of zero', { incarnation: { counter: 0, random: '0123456789abcdef' } }],
  ])('is not sent with %s: the other side would refuse it', (_, change) => {
    expect(codeOf(() => formatGreetingFrame({ type: 'ready', greeting: { ...greeting, ...change } }))).toBe(
      'ERR_INTERNAL',
    );
  });
});

describe('refusalCode', () => {
  it('is a code that makes sense in a refusal, whatever the other side said', () => {
    const all = Object.keys(errorCodes);
    const accepted = all.filter((code) => refusalCode(code) === code);
    expect(accepted).toContain('ERR_NOT_ALLOWED');
    for (const code of ['ERR_KEY_FILE', 'ERR_STATE_DIR', 'ERR_USAGE', 'ERR_NO_PEER'])
      expect(accepted).not.toContain(code);
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.constantFrom(...all, 'constructor', '__proto__')), (said) => {
        expect(accepted).toContain(refusalCode(said));
      }),
    );
  });
});
