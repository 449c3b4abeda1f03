import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirrored } from '../../../src/protocol/byte-stream/frame-types.ts';
import { streamFrameBytes } from '../../../src/protocol/byte-stream/frames.ts';
import { referenceBytes, wholeFrameBytes } from '../../../src/protocol/frame-bodies.ts';
import type { ControlFrame, Frame } from '../../../src/protocol/frame-types.ts';
import { controlBytes, readFrames } from '../../../src/protocol/frames.ts';
import { bodyCreditBytes, bodyHeadBytes } from '../../../src/protocol/message-bodies/frames.ts';
import { createRecordBuffer } from '../../../src/protocol/record-buffer.ts';
import { codeOf } from '../../support/code-of.ts';
import { anyBody, anyBodyFrame, anyControl, anyFrame, recordOf } from '../../support/frames.ts';
import { anyStreamFrame } from '../../support/stream-frames.ts';

const read = (bytes: Uint8Array): Frame[] => [...readFrames(bytes)];
const readCode = (...bytes: readonly number[]) => codeOf(() => read(Uint8Array.from(bytes)));

describe('frames', () => {
  it('of a record are read as they were written, as many as there are, wherever in memory', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 20 }), (frames) => {
        const record = recordOf(...frames);
        const memory = new Uint8Array(record.byteLength + 10).fill(6);
        memory.set(record, 5);
        expect(read(memory.subarray(5, 5 + record.byteLength))).toEqual(frames);
      }),
    );
  });

  it('of byte streams are read as they were written, the numbers as the reader sees them', () => {
    fc.assert(
      fc.property(fc.array(anyStreamFrame, { maxLength: 20 }), (frames) => {
        const asRead = frames.map((frame) =>
          'stream' in frame ? { ...frame, stream: mirrored(frame.stream) } : frame,
        );
        expect(read(recordOf(...frames))).toEqual(asRead);
        for (const frame of frames)
          if (frame.kind !== 'data')
            expect(recordOf(frame).byteLength).toBeLessThanOrEqual(
              streamFrameBytes[frame.kind === 'stop' ? 'reset' : frame.kind],
            );
      }),
    );
  });

  it('take no more room than is kept for a frame of their kind', () => {
    fc.assert(
      fc.property(anyControl, anyBody, anyBodyFrame, (control, body, carried) => {
        expect(recordOf(control).byteLength).toBeLessThanOrEqual(controlBytes[control.kind]);
        const room = body.kind === 'reference' ? referenceBytes : wholeFrameBytes(body.payload.byteLength);
        expect(recordOf(body).byteLength).toBe(room);
        const head = carried.kind === 'bodyBegin' ? carried : undefined;
        const most =
          carried.kind === 'bodyCredit'
            ? bodyCreditBytes
            : bodyHeadBytes(carried, head, carried.bytes.byteLength) + carried.bytes.byteLength;
        expect(recordOf(carried).byteLength).toBeLessThanOrEqual(most);
      }),
    );
  });

  const largest = Number.MAX_SAFE_INTEGER;
  const id = 'ff'.repeat(8);
  const counted = { received: largest, handled: largest };
  const size = { maxMessageBytes: largest, maxMessageItems: largest };
  it.each<ControlFrame>([
    { kind: 'ready' },
    { kind: 'ping', no: largest },
    { kind: 'pong', no: largest },
    { kind: 'begin', stream: id, next: largest },
    { kind: 'ack', ...counted },
  ])('have the bound of their kind: $kind', (frame) => {
    expect(recordOf(frame).byteLength).toBe(controlBytes[frame.kind]);
  });

  it('have numbers of one byte where their bound has room for those of later versions', () => {
    const hello = { kind: 'hello', session: id, stream: id, resumable: true, ...counted, ...size } as const;
    expect(recordOf(hello).byteLength).toBe(controlBytes.hello - 7);
    expect(recordOf({ kind: 'bye', reason: 'stopping' }).byteLength).toBe(controlBytes.bye - 7);
  });

  it.each<readonly [Frame, readonly number[]]>([
    [
      {
        kind: 'hello',
        session: '0102030405060708',
        stream: null,
        resumable: true,
        maxMessageBytes: 300,
        received: 0,
        handled: 0,
      },
      [1, 3, 1, 2, 3, 4, 5, 6, 7, 8, 0xac, 2, 2, 0, 0],
    ],
    [
      {
        kind: 'hello',
        session: '0'.repeat(16),
        stream: 'ff'.repeat(8),
        resumable: false,
        maxMessageBytes: 1,
        received: 5,
        handled: 4,
      },
      [1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 5, 4],
    ],
    [{ kind: 'ready' }, [2]],
    [{ kind: 'ping', no: 300 }, [3, 0xac, 2]],
    [{ kind: 'pong', no: 1 }, [4, 1]],
    [{ kind: 'bye', reason: 'stopping' }, [5, 1]],
    [{ kind: 'begin', stream: '00000000000000ff', next: 7 }, [6, 0, 0, 0, 0, 0, 0, 0, 255, 7]],
    [{ kind: 'ack', received: 128, handled: 3 }, [7, 128, 1, 3]],
    [{ kind: 'whole', of: 'message', payload: Uint8Array.of(9, 8) }, [0x10, 2, 9, 8]],
    [{ kind: 'whole', of: 'volatile', payload: Uint8Array.of(9) }, [0x14, 1, 9]],
    [{ kind: 'reference' }, [0x20]],
    [
      { kind: 'bodyBegin', lane: 1, offset: 200, of: 'response', total: 300, bytes: Uint8Array.of(9) },
      [0x8a, 7, 1, 200, 1, 2, 172, 2, 9],
    ],
    [{ kind: 'bodyMore', lane: 0, offset: 3, bytes: Uint8Array.of(9, 8) }, [0x8b, 4, 0, 3, 9, 8]],
    [{ kind: 'bodyCredit', lane: 9, received: 5, limit: 128, rewind: true }, [0x8c, 5, 9, 5, 128, 1, 1]],
    [{ kind: 'groups', payload: Uint8Array.of(0, 1, 97) }, [0x90, 3, 0, 1, 97]],
    [{ kind: 'properties', payload: Uint8Array.of(0xa0) }, [0xa0, 1, 0xa0]],
  ])('%j has the documented bytes', (frame, bytes) => {
    expect([...recordOf(frame)]).toEqual(bytes);
  });

  it('of kinds from 0x80 on that this version does not know are skipped by their length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyFrame, fc.integer({ min: 0xf0, max: 0xff }), fc.uint8Array({ maxLength: 300 }))),
        (all) => {
          const records = all.map(([frame, kind, bytes]) => {
            const record = createRecordBuffer(310);
            record.byte(kind);
            record.varint(bytes.byteLength);
            record.bytes(bytes);
            return Buffer.concat([recordOf(frame), record.view()]);
          });
          expect(read(Uint8Array.from(Buffer.concat(records)))).toEqual(all.map(([frame]) => frame));
        },
      ),
    );
    expect(read(Uint8Array.of(0xf0, 0, 2))).toEqual([{ kind: 'ready' }]);
  });

  it('of a hello of another version are refused with ERR_VERSION, before anything after it is looked at', () => {
    expect([readCode(1, 4), readCode(1, 2, 99)]).toEqual(['ERR_VERSION', 'ERR_VERSION']);
  });

  it('of a bye for a reason that this version does not know are a disconnect', () => {
    expect(read(Uint8Array.of(5, 77))).toEqual([{ kind: 'bye', reason: 'disconnect' }]);
  });

  it.each([
    ['an unknown kind', [0x0f, 0]],
    ['kind 0', [0]],
    ['a message of no kind', [0x15, 1, 9]],
    ['a fragment, as an older version had them', [0x30, 1, 1, 9]],
    ['a large message of no kind', [0x8a, 4, 1, 0, 5, 9]],
    ['a large message without its length', [0x8a, 3, 1, 0, 0]],
    ['a credit that is cut off', [0x8c, 3, 1, 0, 5]],
    ['an unknown kind behind a good frame', [2, 100, 0]],
    ['the last kind without a length', [0x7f, 1, 9]],
    ['a kind with a length that has none', [0x80]],
    ['a length that is cut off', [0x80, 0x80]],
    ['a frame with a length that is cut off', [0x80, 2, 9]],
    ['a length that is longer than any memory', [0xff, 255, 255, 255, 255, 255, 255, 255, 15]],
    ['a length that is no safe integer', [0xff, 255, 255, 255, 255, 255, 255, 255, 127]],
    ['a kind without its number', [3]],
    ['a message without a length', [0x10]],
    ['a message that is cut off', [0x10, 3, 1, 2]],
    ['a message longer than any memory', [0x10, 255, 255, 255, 255, 255, 255, 255, 15]],
    ['a stream that is cut off', [6, 1, 2, 3]],
  ])('refuses %s', (_, bytes) => {
    expect(readCode(...bytes)).toBe('ERR_PROTOCOL');
  });

  it('refuses a record that ends in the middle of a frame, behind those that are whole', () => {
    fc.assert(
      fc.property(anyFrame, anyFrame, fc.nat(), (first, second, cut) => {
        const [whole, bytes] = [recordOf(first), recordOf(first, second)];
        const length = whole.byteLength + 1 + (cut % (bytes.byteLength - whole.byteLength));
        fc.pre(length < bytes.byteLength);
        const frames: Frame[] = [];
        expect(
          codeOf(() => {
            for (const frame of readFrames(bytes.subarray(0, length))) frames.push(frame);
          }),
        ).toBe('ERR_PROTOCOL');
        expect(frames).toEqual([first]);
      }),
    );
  });
});
