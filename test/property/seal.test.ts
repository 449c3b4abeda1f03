import { createCipheriv, createSecretKey, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LanpeerError, type LanpeerErrorCode } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { deviceIdOf } from '../../src/protocol/device-id.ts';
import { createSeal, type Seal, type SealOptions, sealOverhead } from '../../src/protocol/seal.ts';

const low = deviceIdOf(Buffer.from('low'));
const high = deviceIdOf(Buffer.from('high'));
const third = deviceIdOf(Buffer.from('third'));
const secret = Buffer.alloc(32, 7);

const sides = (options: Partial<SealOptions> = {}): readonly [Seal, Seal] => [
  createSeal({ secret, ownId: low, remoteId: high, generation: 1, ...options }),
  createSeal({ secret, ownId: high, remoteId: low, generation: 1, ...options }),
];

function codeOf(run: () => unknown): LanpeerErrorCode | undefined {
  try {
    run();
  } catch (thrown) {
    return thrown instanceof LanpeerError ? thrown.code : undefined;
  }
  return undefined;
}

const bytes = (max = 200) => fc.uint8Array({ minLength: 0, maxLength: max });
const records = fc.array(bytes(), { minLength: 1, maxLength: 20 });

describe('createSeal', () => {
  it('opens in order what the other side sealed, in both directions', () => {
    fc.assert(
      fc.property(records, records, (there, back) => {
        const [a, b] = sides();
        for (const plain of there) expect(Buffer.from(b.open(a.seal(plain)))).toEqual(Buffer.from(plain));
        for (const plain of back) expect(Buffer.from(a.open(b.seal(plain)))).toEqual(Buffer.from(plain));
      }),
    );
  });

  it('adds its overhead and nothing else, up to a whole record', () => {
    const [a, b] = sides();
    const plain = Buffer.alloc(limits.webrtc.recordBytes - sealOverhead, 1);
    const record = a.seal(plain);
    expect(a.overhead).toBe(sealOverhead);
    expect(record.byteLength).toBe(limits.webrtc.recordBytes);
    expect(Buffer.from(b.open(record)).equals(plain)).toBe(true);
  });

  it('leaves the plain bytes and the record as they were', () => {
    const [a, b] = sides();
    const plain = Buffer.from('as it was');
    const record = a.seal(plain);
    const copy = Buffer.from(record);
    b.open(record);
    expect(plain.toString()).toBe('as it was');
    expect(Buffer.from(record)).toEqual(copy);
  });

  it('refuses a record with any bit altered', () => {
    fc.assert(
      fc.property(bytes(), fc.nat(), fc.integer({ min: 0, max: 7 }), (plain, position, bit) => {
        const [a, b] = sides();
        const record = Buffer.from(a.seal(plain));
        const at = position % record.length;
        record.writeUInt8(record.readUInt8(at) ^ (1 << bit), at);
        expect(codeOf(() => b.open(record))).toBe('ERR_SEAL');
      }),
    );
  });

  it('refuses a record that was cut or lengthened', () => {
    fc.assert(
      fc.property(bytes(), fc.nat(), (plain, length) => {
        const [a, b] = sides();
        const record = a.seal(plain);
        expect(codeOf(() => b.open(record.subarray(0, length % record.byteLength)))).toBe('ERR_SEAL');
        const [c, d] = sides();
        expect(codeOf(() => d.open(Buffer.concat([c.seal(plain), Buffer.alloc(1 + (length % 40))])))).toBe('ERR_SEAL');
      }),
    );
  });

  it('refuses any order but that of sealing: replayed, left out, swapped', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.nat(), (plains, opened, picked) => {
        const [a, b] = sides();
        const sealed = plains.map((plain) => a.seal(plain));
        const next = opened % sealed.length;
        for (const record of sealed.slice(0, next)) b.open(record);
        const other = picked % sealed.length;
        fc.pre(other !== next);
        expect(codeOf(() => b.open(sealed[other] ?? Buffer.alloc(0)))).toBe('ERR_SEAL');
      }),
    );
  });

  it('refuses what it sealed itself', () => {
    fc.assert(
      fc.property(bytes(), (plain) => {
        const [a] = sides();
        expect(codeOf(() => a.open(a.seal(plain)))).toBe('ERR_SEAL');
      }),
    );
  });

  it.each<readonly [string, Partial<SealOptions>]>([
    ['another epoch', { generation: 2 }],
    ['another secret', { secret: Buffer.alloc(32, 8) }],
    ['a network key that the other side lacks', { networkKey: Buffer.alloc(32, 1) }],
    ['another sender', { ownId: third }],
    ['another receiver', { remoteId: third }],
  ])('refuses a record of %s', (_, options) => {
    const [, b] = sides();
    const stranger = createSeal({ secret, ownId: low, remoteId: high, generation: 1, ...options });
    expect(codeOf(() => b.open(stranger.seal(Buffer.from('x'))))).toBe('ERR_SEAL');
  });

  it('takes a network key of zeros for none: that is what the salt of none is', () => {
    const [a] = sides({ networkKey: Buffer.alloc(32) });
    const [, b] = sides();
    expect(Buffer.from(b.open(a.seal(Buffer.from('x')))).toString()).toBe('x');
  });

  it('is over after a failure: nothing opens and nothing is sealed any more', () => {
    const [a, b] = sides();
    const good = a.seal(Buffer.from('good'));
    expect(codeOf(() => b.open(Buffer.alloc(40)))).toBe('ERR_SEAL');
    expect(codeOf(() => b.open(good))).toBe('ERR_SEAL');
    expect(codeOf(() => b.seal(Buffer.from('x')))).toBe('ERR_SEAL');
  });

  it('is AES-256-GCM with the documented key and nonce', () => {
    const epoch = 2 ** 40 + 5;
    const networkKey = Buffer.alloc(32, 9);
    const [a] = sides({ generation: epoch, networkKey });
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(epoch));
    const info = Buffer.concat([Buffer.from('seal/1'), Buffer.from(low), Buffer.from(high), number]);
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, networkKey, info, 32)));
    for (const no of [0, 1, 2]) {
      const nonce = Buffer.alloc(12);
      nonce.writeUInt32BE(no, 8);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const expected = Buffer.concat([cipher.update('plain'), cipher.final(), cipher.getAuthTag()]);
      expect(Buffer.from(a.seal(Buffer.from('plain')))).toEqual(expected);
    }
  });

  it.each<readonly [string, Partial<SealOptions>]>([
    ['a short secret', { secret: Buffer.alloc(31) }],
    ['a short network key', { networkKey: Buffer.alloc(16) }],
    ['something that is not a device id', { remoteId: 'x' }],
    ['one id for both sides', { remoteId: low, ownId: low }],
    ['a negative epoch', { generation: -1 }],
    ['an epoch that is not an integer', { generation: 1.5 }],
  ])('is not made of %s', (_, options) => {
    expect(codeOf(() => createSeal({ secret, ownId: low, remoteId: high, generation: 1, ...options }))).toBe(
      'ERR_INTERNAL',
    );
  });
});
