import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { codeOf } from '../../../support/code-of.ts';
import { setUpOutStream } from '../../../support/send-stream.ts';

const { aheadBytes, fragmentBytes, wholeBytes, windowBytes } = limits.messages;

describe('what is sent', () => {
  it('goes only so far ahead of slow handlers: messages wait, calls do not', () => {
    const { push, all, stream } = setUpOutStream();
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

  it('begins with the stream and its number, and fills a record with messages', () => {
    const { push, record } = setUpOutStream();
    for (let n = 0; n < 4; n += 1) push('message', 5_000);
    expect(record()).toEqual(['begin 1', 'message 5000', 'message 5000', 'message 5000', 'message 1343 of 5000']);
    expect(record()).toEqual(['more 3657']);
    expect(record()).toEqual([]);
  });

  it('has a small message in one piece, in the next record if there is no room', () => {
    const { push, record } = setUpOutStream();
    record();
    push('message', 16_000 - wholeBytes);
    for (let n = 0; n < 2; n += 1) push('message', wholeBytes);
    expect(record()).toEqual([`message ${16_000 - wholeBytes}`, `message ${wholeBytes}`]);
    expect(record()).toEqual([`message ${wholeBytes}`]);
  });

  it.each([
    [1, ['message 1']],
    [fragmentBytes, [`message ${fragmentBytes}`]],
    // Two bytes less: a first fragment says its slot and the length of all.
    [fragmentBytes + 1, [`message ${fragmentBytes - 2} of ${fragmentBytes + 1}`, 'more 3']],
    [
      3 * fragmentBytes,
      [
        `message ${fragmentBytes - 3} of ${3 * fragmentBytes}`,
        `more ${fragmentBytes}`,
        `more ${fragmentBytes}`,
        'more 3',
      ],
    ],
  ])('of %i bytes goes in fragments of the largest size', (bytes, frames) => {
    const { push, record, all } = setUpOutStream();
    record();
    push('message', bytes);
    expect(all()).toEqual(frames);
  });

  it('leaves no undersized fragment at the end of a record', () => {
    const { push, record } = setUpOutStream();
    push('message', 16_000);
    push('message', 30_000);
    expect(record()).toEqual(['begin 1', 'message 16000']);
    expect(record()[0]).toBe(`message ${fragmentBytes - 3} of 30000`);
  });

  it('keeps the order of messages, while calls and volatile messages have their turns', () => {
    const { push, all } = setUpOutStream();
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
    const { push, all } = setUpOutStream(100_000);
    for (let n = 0; n < 5; n += 1) push('response', 40_000);
    const starts = all().map((one) => one.startsWith('response'));
    // Two fit into 100,000 bytes; the third begins when one of them is done.
    expect(starts.slice(1, 3)).toEqual([true, true]);
    expect(starts.indexOf(true, 3)).toBeGreaterThan(5);
  });

  it('waits when so much is under way', () => {
    const { stream, push, all } = setUpOutStream();
    push('message', windowBytes + 10 * fragmentBytes);
    const sent = all().length - 1;
    expect(sent).toBe(Math.ceil(windowBytes / fragmentBytes));
    stream.acknowledge({ received: 3, handled: 0 });
    expect(all()).toHaveLength(3);
  });
});

describe('what is acknowledged', () => {
  it('is delivered when it is handled, calls when they are received', () => {
    const { stream, push, all, fates } = setUpOutStream();
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
    const { stream, push, all, fates } = setUpOutStream();
    push('message', 10);
    expect(codeOf(() => stream.acknowledge({ received: 1, handled: 0 }))).toBe('ERR_PROTOCOL');
    all();
    expect(codeOf(() => stream.acknowledge({ received: 1, handled: 2 }))).toBe('ERR_PROTOCOL');
    expect(codeOf(() => stream.acknowledge({ received: 0, handled: 1 }))).toBe('ERR_PROTOCOL');
    expect(fates).toEqual([undefined]);
  });
});
