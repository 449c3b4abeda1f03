import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame, type Frame, frameVersion, messageOverhead } from '../../../src/protocol/frames.ts';
import { decodeVarint, encodeVarint } from '../../../src/protocol/varint.ts';
import { codeOf } from '../../support/code-of.ts';

const number = fc.maxSafeNat();
const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.constant<Frame>({ kind: 'hello', version: frameVersion }),
  fc.constant<Frame>({ kind: 'ready' }),
  number.map((no): Frame => ({ kind: 'ping', no })),
  number.map((no): Frame => ({ kind: 'pong', no })),
  fc.constantFrom<Frame>({ kind: 'bye', reason: 'disconnect' }, { kind: 'bye', reason: 'stopping' }),
  fc
    .tuple(number, fc.uint8Array({ maxLength: 300 }))
    .map(([seq, payload]): Frame => ({ kind: 'message', seq, payload })),
  number.map((seq): Frame => ({ kind: 'ack', seq })),
);
const recordOf = (frames: readonly Frame[]): Uint8Array => new Uint8Array(Buffer.concat(frames.map(encodeFrame)));
const decodeCode = (bytes: Uint8Array) => codeOf(() => decodeFrames(bytes));

describe('varint', () => {
  it('is read as it was written, wherever it stands, and takes no byte more', () => {
    fc.assert(
      fc.property(
        number,
        fc.uint8Array({ maxLength: 20 }),
        fc.uint8Array({ maxLength: 20 }),
        (value, before, after) => {
          const encoded = encodeVarint(value);
          const bytes = Uint8Array.from([...before, ...encoded, ...after]);
          expect(decodeVarint(bytes, before.length)).toEqual({ value, next: before.length + encoded.length });
        },
      ),
    );
  });

  it.each([
    [0, [0]],
    [127, [127]],
    [128, [128, 1]],
    [624_485, [0xe5, 0x8e, 0x26]],
    [Number.MAX_SAFE_INTEGER, [255, 255, 255, 255, 255, 255, 255, 15]],
  ])('%i has the bytes %j', (value, bytes) => {
    expect(encodeVarint(value)).toEqual(bytes);
  });

  it.each([
    ['nothing', []],
    ['a number that is cut off', [128, 128]],
    ['the first number that is not safe', [128, 128, 128, 128, 128, 128, 128, 16]],
    ['a number of nine bytes', [128, 128, 128, 128, 128, 128, 128, 128, 0]],
    ['a number without end', Array.from({ length: 1_000 }, () => 255)],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => decodeVarint(Uint8Array.from(bytes), 0))).toBe('ERR_PROTOCOL');
  });
});

describe('frames', () => {
  it('of a record are decoded as they were encoded, as many as there are', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 20 }), (frames) => {
        expect(decodeFrames(recordOf(frames))).toEqual(frames);
      }),
    );
  });

  it('of a record that is a part of other memory are the same', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 5 }), (frames) => {
        const record = recordOf(frames);
        const memory = new Uint8Array(record.byteLength + 10).fill(6);
        memory.set(record, 5);
        expect(decodeFrames(memory.subarray(5, 5 + record.byteLength))).toEqual(frames);
      }),
    );
  });

  it('with messages take no more room than the overhead says', () => {
    fc.assert(
      fc.property(number, fc.nat(65_536), (seq, length) => {
        const frame = encodeFrame({ kind: 'message', seq, payload: new Uint8Array(length) });
        expect(frame.byteLength).toBeLessThanOrEqual(length + messageOverhead);
      }),
    );
  });

  it.each<readonly [Frame, readonly number[]]>([
    [{ kind: 'hello', version: 1 }, [1, 1]],
    [{ kind: 'ready' }, [2, 0]],
    [{ kind: 'ping', no: 300 }, [3, 0xac, 2]],
    [{ kind: 'pong', no: 1 }, [4, 1]],
    [{ kind: 'bye', reason: 'disconnect' }, [5, 0]],
    [{ kind: 'bye', reason: 'stopping' }, [5, 1]],
    [{ kind: 'message', seq: 1, payload: Uint8Array.of(9, 8) }, [6, 1, 2, 9, 8]],
    [{ kind: 'ack', seq: 128 }, [7, 128, 1]],
  ])('%j has the documented bytes', (frame, bytes) => {
    expect([...encodeFrame(frame)]).toEqual(bytes);
  });

  it('of a hello of another version are refused with ERR_VERSION, before anything after it is looked at', () => {
    expect(decodeCode(Uint8Array.of(1, 2))).toBe('ERR_VERSION');
    expect(decodeCode(Uint8Array.of(1, 0, 99))).toBe('ERR_VERSION');
  });

  it('of a bye for a reason that this version does not know are a disconnect', () => {
    expect(decodeFrames(Uint8Array.of(5, 77))).toEqual([{ kind: 'bye', reason: 'disconnect' }]);
  });

  it.each([
    ['an unknown kind', [8, 0]],
    ['kind 0', [0, 0]],
    ['an unknown kind behind a good frame', [2, 0, 200, 0]],
    ['a kind without its number', [3]],
    ['a message without a length', [6, 1]],
    ['a message that is cut off', [6, 1, 3, 1, 2]],
    ['a message longer than any memory', [6, 1, 255, 255, 255, 255, 255, 255, 255, 15]],
  ])('refuses %s', (_, bytes) => {
    expect(decodeCode(Uint8Array.from(bytes))).toBe('ERR_PROTOCOL');
  });

  it('refuses a record that ends in the middle of a frame', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), (frame, cut) => {
        const bytes = encodeFrame(frame);
        const length = 1 + (cut % (bytes.byteLength - 1));
        fc.pre(length < bytes.byteLength);
        expect(decodeCode(bytes.subarray(0, length))).toBe('ERR_PROTOCOL');
      }),
    );
  });

  it('throws nothing but ERR_PROTOCOL and ERR_VERSION, and hands out nothing that was not in the record', () => {
    const kinds = fc.array(fc.nat(9), { maxLength: 30 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), kinds), (bytes) => {
        let frames: Frame[];
        try {
          frames = decodeFrames(bytes);
        } catch (thrown) {
          expect(thrown).toEqual(
            expect.objectContaining({ code: expect.stringMatching(/^ERR_(PROTOCOL|VERSION)$/) as unknown }),
          );
          return;
        }
        const carried = frames.reduce((sum, one) => sum + (one.kind === 'message' ? one.payload.byteLength : 0), 0);
        expect(carried + 2 * frames.length).toBeLessThanOrEqual(bytes.byteLength);
      }),
      { numRuns: 3_000 },
    );
  });
});
