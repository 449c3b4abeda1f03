import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import { type ProofContext, proveKey, verifyProof } from '../../../src/protocol/proof.ts';

const a = deviceIdOf(Buffer.from('a'));
const b = deviceIdOf(Buffer.from('b'));
const c = deviceIdOf(Buffer.from('c'));
const key = Buffer.alloc(32, 1);
const context: ProofContext = { role: 'dialer', ownId: a, otherId: b, exporter: Buffer.alloc(32, 2) };
const proof = proveKey(key, context);

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anyContext: fc.Arbitrary<ProofContext> = fc.record({
  role: fc.constantFrom('dialer' as const, 'listener' as const),
  ownId: fc.constantFrom(a, b, c),
  otherId: fc.constantFrom(a, b, c),
  exporter: bytes,
});

describe('a proof of the network key', () => {
  it('is accepted by a peer that holds the key and sees the same session', () => {
    fc.assert(
      fc.property(bytes, anyContext, (anyKey, any) => {
        const made = proveKey(anyKey, any);
        expect(made).toMatch(/^[A-Za-z0-9_-]{43}$/);
        expect(verifyProof(anyKey, any, made)).toBe(true);
      }),
    );
  });

  it('holds for one context only', () => {
    fc.assert(
      fc.property(anyContext, anyContext, (one, other) => {
        const same =
          one.role === other.role &&
          one.ownId === other.ownId &&
          one.otherId === other.otherId &&
          Buffer.compare(one.exporter, other.exporter) === 0;
        expect(verifyProof(key, other, proveKey(key, one))).toBe(same);
      }),
    );
  });

  it('is HMAC-SHA256 over the documented fields, each behind its length', () => {
    const fields = ['lanpeer/1', 'dialler', a, b].map((text) => Buffer.from(text));
    const prefixed = [...fields, Buffer.alloc(32, 2)].map((field) =>
      Buffer.concat([Buffer.of(0, field.length), field]),
    );
    expect(proof).toBe(createHmac('sha256', key).update(Buffer.concat(prefixed)).digest('base64url'));
  });

  it.each<readonly [string, Partial<ProofContext>]>([
    ['for the other role', { role: 'listener' }],
    ['of another device', { ownId: c }],
    ['for another device', { otherId: c }],
    ['sent back to its maker', { role: 'listener', ownId: b, otherId: a }],
    ['sent back in the same role', { ownId: b, otherId: a }],
    ['of another session', { exporter: Buffer.alloc(32, 3) }],
    ['of a shorter exporter', { exporter: Buffer.alloc(31, 2) }],
  ])('%s is refused', (_, change) => {
    expect(verifyProof(key, { ...context, ...change }, proof)).toBe(false);
  });

  it('of another key is refused', () => {
    expect(verifyProof(Buffer.alloc(32, 9), context, proof)).toBe(false);
  });

  it.each([
    ['no', undefined],
    ['an empty', ''],
    ['a short', proof.slice(1)],
    ['a long', `${proof}A`],
    ['a padded', `${proof}=`],
    ['a hexadecimal', Buffer.from(proof, 'base64url').toString('hex')],
    ['a proof with a line end', `${proof}\n`],
    ['a proof of zeros', 'A'.repeat(43)],
    ['a proof in two-byte characters', 'ü'.repeat(43)],
  ])('%s proof is refused', (_, given) => {
    expect(verifyProof(key, context, given)).toBe(false);
  });

  it('does not move a character from one field to the next', () => {
    const one = proveKey(key, { ...context, ownId: 'ab', otherId: 'c' });
    expect(proveKey(key, { ...context, ownId: 'a', otherId: 'bc' })).not.toBe(one);
  });
});
