import { describe, expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { EndReason, StreamFrame } from '../../../../src/protocol/byte-stream/frame-types.ts';
import { StreamPair, StreamSide, sideA, sideB } from '../../../support/byte-stream-pair.ts';

const { windowBytes, open, remote, unknown } = limits.streams;
const reason: EndReason = { kind: 'aborted', code: 'E_FULL', text: 'no room' };

describe('frames that no honest side sends', () => {
  const other = { stream: 1 };
  const hostile = (frames: readonly StreamFrame[]) => {
    const side = new StreamSide(sideA, sideB);
    side.attach();
    side.streams.receive({ kind: 'attach', carrier: 1, own: sideB, other: sideA });
    for (const frame of frames) side.streams.receive(frame);
  };
  const opening: StreamFrame = { kind: 'open', stream: 1, type: 'x', data: new Uint8Array() };
  const data = (offset: number, length: number, last = false): StreamFrame => ({
    kind: 'data',
    ...other,
    offset,
    last,
    bytes: new Uint8Array(length),
  });
  const cases: readonly (readonly [string, readonly StreamFrame[]])[] = [
    ['bytes behind a gap', [opening, data(1, 1)]],
    ['bytes beyond the credit', [opening, data(0, windowBytes + 1)]],
    ['two ends', [opening, data(0, 4, true), data(0, 5, true)]],
    ['bytes behind the end', [opening, data(0, 4, true), data(4, 1)]],
    ['an end before bytes that came', [opening, data(0, 4), data(0, 2, true)]],
    ['credit for what was never sent', [opening, { kind: 'credit', ...other, received: 1, read: 0, limit: 10 }]],
    ['more read than received', [opening, { kind: 'credit', ...other, received: 0, read: 1, limit: 10 }]],
    ['an end that was read before there was one', [opening, { kind: 'done', ...other }]],
    ['a stream that was never opened', [data(0, 1)]],
    ['a stream of this side that was never opened', [{ kind: 'done', stream: 0 }]],
    ['a stream that leaves a number out', [{ ...opening, stream: 3 } as StreamFrame]],
    ['a stream opened with a number of this side', [{ ...opening, stream: 0 } as StreamFrame]],
    [
      'too many streams',
      Array.from({ length: remote + 1 }, (_, no) => ({ ...opening, stream: 2 * no + 1 }) as StreamFrame),
    ],
  ];

  test.each(cases)('%s: is refused', (_, frames) => {
    expect(() => hostile(frames)).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }));
  });

  test('too many streams that are over, spoken of again: is refused', () => {
    const pair = new StreamPair().attach();
    const speakOf = (no: number): void =>
      pair.b.streams.receive({ kind: 'data', stream: 2 * no + 1, offset: 0, last: false, bytes: new Uint8Array(1) });
    for (let no = 0; no <= unknown; no += 1) {
      pair.a.open().stream.abort(reason);
      pair.settle();
    }
    for (let no = 0; no < unknown; no += 1) speakOf(no);
    for (let time = 0; time < 3; time += 1) speakOf(0);
    expect(() => speakOf(unknown)).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }));
  });

  test('this side opens no more than may be open', () => {
    const pair = new StreamPair().attach();
    for (let no = 0; no < open; no += 1) pair.a.open();
    pair.settle();
    expect(pair.a.streams.hasRoom).toBe(false);
    pair.accepted().stream.abort(reason);
    pair.settle();
    expect(pair.a.streams.hasRoom).toBe(true);
  });
});
