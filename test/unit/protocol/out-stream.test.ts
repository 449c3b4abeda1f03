import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import type { Frame, MessageKind } from '../../../src/protocol/frame-types.ts';
import { readFrames } from '../../../src/protocol/frames.ts';
import { OutStream } from '../../../src/protocol/out-stream.ts';
import { createRecordBuffer } from '../../../src/protocol/record.ts';
import { codeOf } from '../../support/code-of.ts';

const { aheadBytes, fragmentBytes, windowBytes } = limits.messages;
const id = '0123456789abcdef';

function setUp(takes = 1_000_000) {
  const stream = new OutStream(id, () => takes);
  const fates: (string | undefined)[] = [];
  /** The frames of the next record; of the bodies no more than what tells them apart. */
  function record(capacity = 16_368): string[] {
    const into = createRecordBuffer(capacity);
    while (stream.pull(into));
    return [...readFrames(into.view())].map(nameOf);
  }
  return {
    stream,
    fates,
    record,
    /** All that goes out now, record by record. */
    all(): string[] {
      const frames: string[] = [];
      for (let next = record(); next.length > 0; next = record()) frames.push(...next);
      return frames;
    },
    push(of: MessageKind, bytes: number): void {
      const at = fates.push(undefined) - 1;
      const settle = (fate: string): void => void fates.splice(at, 1, fate);
      stream.push({ of, payload: new Uint8Array(bytes), settle });
    },
  };
}

function nameOf(frame: Frame): string {
  if (frame.kind === 'begin') return `begin ${frame.next}`;
  if (frame.kind === 'whole') return `${frame.of} ${frame.payload.byteLength}`;
  if (frame.kind === 'first') return `${frame.of} ${frame.payload.byteLength} of ${frame.total}`;
  return frame.kind === 'more' ? `more ${frame.payload.byteLength}` : frame.kind;
}

describe('what is sent', () => {
  it('goes only so far ahead of slow handlers: messages wait, calls do not', () => {
    const { push, all, stream } = setUp();
    const firsts = (): number => all().filter((frame) => frame.startsWith('message')).length;
    for (let n = 0; n < 5; n += 1) push('message', aheadBytes / 2);
    expect(firsts()).toBe(2);
    push('request', 10);
    expect(all()).toEqual(['request 10']);
    const fragments = Math.ceil(aheadBytes / 2 / fragmentBytes);
    stream.acknowledge({ received: 2 * fragments + 1, handled: 0 });
    expect(all()).toEqual([]);
    stream.acknowledge({ received: 2 * fragments + 1, handled: 1 });
    expect(firsts()).toBe(1);
    stream.acknowledge({ received: 3 * fragments + 1, handled: 3 });
    expect(firsts()).toBe(2);
  });

  it('begins with the stream and its number, and has as many messages in a record as fit', () => {
    const { push, record } = setUp();
    for (let n = 0; n < 4; n += 1) push('message', 5_000);
    expect(record()).toEqual(['begin 1', 'message 5000', 'message 5000', 'message 5000']);
    expect(record()).toEqual(['message 5000']);
    expect(record()).toEqual([]);
  });

  it.each([
    [1, ['message 1']],
    [fragmentBytes, [`message ${fragmentBytes}`]],
    [fragmentBytes + 1, [`message ${fragmentBytes} of ${fragmentBytes + 1}`, 'more 1']],
    [
      3 * fragmentBytes,
      [`message ${fragmentBytes} of ${3 * fragmentBytes}`, `more ${fragmentBytes}`, `more ${fragmentBytes}`],
    ],
  ])('of %i bytes goes in fragments of the largest size', (bytes, frames) => {
    const { push, record, all } = setUp();
    record();
    push('message', bytes);
    expect(all()).toEqual(frames);
  });

  it('leaves no undersized fragment at the end of a record', () => {
    const { push, record } = setUp();
    push('message', 16_000);
    push('message', 30_000);
    expect(record()).toEqual(['begin 1', 'message 16000']);
    expect(record()[0]).toBe(`message ${fragmentBytes} of 30000`);
  });

  it('keeps the order of messages, while calls and volatile messages have their turns', () => {
    const { push, all } = setUp();
    push('message', 40_000);
    push('message', 10);
    push('request', 20);
    push('volatile', 30);
    const frames = all();
    expect(frames.indexOf('request 20')).toBeLessThan(frames.findIndex((one) => one.startsWith('more')));
    expect(frames.indexOf('volatile 30')).toBeLessThan(frames.findIndex((one) => one.startsWith('more')));
    expect(frames.at(-1)).toBe('message 10');
  });

  it('has large calls in turn, a few at a time and never more than the other side takes', () => {
    const { push, all } = setUp(100_000);
    for (let n = 0; n < 5; n += 1) push('response', 40_000);
    const starts = all().map((one) => one.startsWith('response'));
    // Two fit into 100,000 bytes; the third begins when one of them is done.
    expect(starts.slice(1, 3)).toEqual([true, true]);
    expect(starts.indexOf(true, 3)).toBeGreaterThan(5);
  });

  it('waits when so much is under way', () => {
    const { stream, push, all } = setUp();
    push('message', windowBytes + 10 * fragmentBytes);
    const sent = all().length - 1;
    expect(sent).toBe(Math.ceil(windowBytes / fragmentBytes));
    stream.acknowledge({ received: 3, handled: 0 });
    expect(all()).toHaveLength(3);
  });
});

describe('what is acknowledged', () => {
  it('is delivered when it is handled, calls when they are received', () => {
    const { stream, push, all, fates } = setUp();
    push('message', 20_000);
    push('request', 10);
    push('message', 10);
    all();
    expect(stream.size).toBe(3);
    stream.acknowledge({ received: 4, handled: 0 });
    expect(fates).toEqual([undefined, 'delivered', undefined]);
    stream.acknowledge({ received: 4, handled: 1 });
    expect(fates).toEqual(['delivered', 'delivered', undefined]);
    stream.acknowledge({ received: 4, handled: 2 });
    expect([fates[2], stream.size]).toEqual(['delivered', 0]);
    stream.acknowledge({ received: 1, handled: 0 });
  });

  it('was sent before: else it breaks the protocol, and nothing is settled', () => {
    const { stream, push, all, fates } = setUp();
    push('message', 10);
    expect(codeOf(() => stream.acknowledge({ received: 1, handled: 0 }))).toBe('ERR_PROTOCOL');
    all();
    expect(codeOf(() => stream.acknowledge({ received: 1, handled: 2 }))).toBe('ERR_PROTOCOL');
    expect(codeOf(() => stream.acknowledge({ received: 0, handled: 1 }))).toBe('ERR_PROTOCOL');
    expect(fates).toEqual([undefined]);
  });
});

describe('a new link', () => {
  it('goes on behind what the other side has, at any fragment', () => {
    const sizes = [10, 50_000, 20, 17_000];
    for (let received = 0; received <= 8; received += 1) {
      const { stream, push, all } = setUp();
      for (const size of sizes) push('message', size);
      const bodies = all().slice(1);
      expect(bodies).toHaveLength(8);
      stream.unlink();
      stream.resume({ received, handled: 0 });
      expect(all()).toEqual([`begin ${received + 1}`, ...bodies.slice(received)]);
    }
  });

  it('leaves out what the other side has had from the link before, and says so', () => {
    const { stream, push, record, all } = setUp();
    for (let n = 0; n < 6; n += 1) push('message', 10 + n);
    all();
    stream.unlink();
    stream.resume({ received: 1, handled: 0 });
    expect(record(45)).toEqual(['begin 2', 'message 11']);
    stream.acknowledge({ received: 4, handled: 0 });
    expect(all()).toEqual(['begin 5', 'message 14', 'message 15']);
  });

  it('has no volatile messages of before', () => {
    const { stream, push, record, all, fates } = setUp();
    record();
    push('volatile', 10);
    all();
    push('volatile', 20_000);
    record();
    push('message', 10);
    stream.unlink();
    expect(fates).toEqual(['unknown', 'unsent', undefined]);
    stream.resume({ received: 0, handled: 0 });
    expect(all()).toEqual(['begin 1', 'message 10']);
  });
});

describe('the end of a stream', () => {
  function ended(progress: Parameters<OutStream['end']>[0]) {
    const { stream, push, record, all, fates } = setUp();
    for (const bytes of [10, 11, 12]) push('message', bytes);
    push('request', 13);
    all();
    stream.acknowledge({ received: 1, handled: 1 });
    push('message', 40_000);
    record();
    push('message', 14);
    stream.end(progress);
    expect([stream.size, all()]).toEqual([0, []]);
    return fates;
  }

  it('knows nothing of what was sent whole, and that the rest cannot have arrived', () => {
    expect(ended(null)).toEqual(['delivered', 'unknown', 'unknown', 'unknown', 'unsent', 'unsent']);
  });

  it('tells apart what has arrived, when the other side said how far it was', () => {
    // Fragments: 10, then by turns 13 or 11, 12.
    expect(ended({ received: 4, handled: 2 })).toEqual([
      'delivered',
      'delivered',
      'unknown',
      'delivered',
      'unsent',
      'unsent',
    ]);
    expect(ended({ received: 1, handled: 1 })).toEqual(['delivered', 'unsent', 'unsent', 'unsent', 'unsent', 'unsent']);
  });

  it('believes nothing that cannot be', () => {
    expect(ended({ received: 99, handled: 0 })).toEqual(ended(null));
  });
});
