import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { codeOf } from '../../../support/code-of.ts';
import { setUpOutStream } from '../../../support/send-stream.ts';

const { aheadBytes, bodyWindowBytes, interleaved, wholeBytes, windowBytes } = limits.messages;

describe('what is sent', () => {
  it('goes only so far ahead of slow handlers: messages wait, calls do not', () => {
    const { push, all, allCarried, stream } = setUpOutStream();
    const references = (): number => all().filter((frame) => frame === 'reference').length;
    for (let n = 0; n < 5; n += 1) push('message', aheadBytes / 2);
    expect(references()).toBe(2);
    push('request', 10);
    expect(all()).toEqual(['request 10']);
    allCarried();
    stream.acknowledge({ received: 3, handled: 0 });
    expect(all()).toEqual([]);
    stream.acknowledge({ received: 3, handled: 1 });
    expect(references()).toBe(1);
    allCarried();
    stream.acknowledge({ received: 4, handled: 3 });
    expect(references()).toBe(2);
  });

  it('begins with the stream and its number, and fills a record with messages', () => {
    const { push, record } = setUpOutStream();
    for (let n = 0; n < 4; n += 1) push('message', 5_000);
    expect(record()).toEqual(['begin 1', 'message 5000', 'message 5000', 'message 5000']);
    expect(record()).toEqual(['message 5000']);
    expect(record()).toEqual([]);
  });

  it.each([
    [1, ['message 1'], []],
    [wholeBytes, [`message ${wholeBytes}`], []],
    [wholeBytes + 1, ['reference'], [`message ${wholeBytes + 1} of ${wholeBytes + 1} in 0`]],
    [
      3 * wholeBytes,
      ['reference'],
      [`message 16374 of ${3 * wholeBytes} in 0`, '16377 at 16374 in 0', '16341 at 32751 in 0'],
    ],
  ])('of %i bytes goes in one piece, or as a reference and over a lane', (bytes, frames, parts) => {
    const { push, record, all, allCarried } = setUpOutStream();
    record();
    push('message', bytes);
    expect([all(), allCarried()]).toEqual([frames, parts]);
  });

  it('has a body under way only behind its reference', () => {
    const { push, all, allCarried } = setUpOutStream();
    push('message', 40_000);
    expect(allCarried()).toEqual([]);
    expect(all()).toEqual(['begin 1', 'reference']);
    expect(allCarried()).toHaveLength(3);
  });

  it('keeps the order of messages, while calls and volatile messages have their turns', () => {
    const { push, all } = setUpOutStream();
    for (const bytes of [8_000, 8_001, 8_002]) push('message', bytes);
    push('request', 20);
    push('volatile', 30);
    expect(all()).toEqual(['begin 1', 'message 8000', 'request 20', 'volatile 30', 'message 8001', 'message 8002']);
  });

  it('has large calls in lanes of their own, a few at a time and never more than the other side takes', () => {
    const { push, all, allCarried, stream } = setUpOutStream(100_000);
    for (let n = 0; n < 3; n += 1) push('response', 40_000);
    expect(all()).toEqual(['begin 1']);
    // Two fit into 100,000 bytes; the third begins when one of them has arrived.
    const begun = (frames: readonly string[]): string[] => frames.filter((frame) => frame.includes('of 40000'));
    expect(begun(allCarried()).map((frame) => frame.at(-1))).toEqual(['1', '2']);
    stream.bodies.receiveCredit({ lane: 2, received: 40_000, limit: 1_000_000, rewind: false });
    expect(allCarried()[0]).toBe('response 16372 of 40000 in 2');
  });

  it('has no more large calls under way than there are lanes', () => {
    const { push, allCarried } = setUpOutStream(100_000_000);
    for (let n = 0; n < 2 * interleaved; n += 1) push('request', 20_000);
    expect(allCarried().filter((frame) => frame.includes('of 20000'))).toHaveLength(interleaved);
  });

  it('waits when so much is under way', () => {
    const { stream, push, all, allCarried } = setUpOutStream();
    for (let sent = 0; sent < windowBytes + 10 * wholeBytes; sent += wholeBytes) push('request', wholeBytes);
    const count = all().length - 1;
    expect(count).toBe(Math.ceil(windowBytes / wholeBytes));
    stream.acknowledge({ received: 3, handled: 0 });
    expect(all()).toHaveLength(3);
    push('message', 2 * bodyWindowBytes);
    stream.acknowledge({ received: count, handled: 0 });
    all();
    allCarried();
    stream.bodies.receiveCredit({ lane: 0, received: 5, limit: bodyWindowBytes + 5, rewind: false });
    expect(allCarried()).toEqual([`5 at ${bodyWindowBytes} in 0`]);
  });
});

describe('what is acknowledged', () => {
  it('is delivered when it is handled, calls when they are received', () => {
    const { stream, push, all, allCarried, fates } = setUpOutStream();
    push('message', 20_000);
    push('request', 10);
    push('message', 10);
    push('request', 20_000);
    all();
    allCarried();
    expect(stream.size).toBe(4);
    stream.acknowledge({ received: 3, handled: 0 });
    expect(fates).toEqual([undefined, 'delivered', undefined, undefined]);
    stream.bodies.receiveCredit({ lane: 1, received: 19_999, limit: 1_000_000, rewind: false });
    expect(fates[3]).toBeUndefined();
    stream.bodies.receiveCredit({ lane: 1, received: 20_000, limit: 1_000_000, rewind: false });
    expect(fates[3]).toBe('delivered');
    // The word of the lane is behind that of the link.
    stream.acknowledge({ received: 3, handled: 1 });
    expect(fates).toEqual(['delivered', 'delivered', undefined, 'delivered']);
    stream.bodies.receiveCredit({ lane: 0, received: 1_000, limit: 1_000_000, rewind: false });
    stream.acknowledge({ received: 3, handled: 2 });
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

  it('of a large message, was sent to its end before', () => {
    const { stream, push, all, carried, fates } = setUpOutStream();
    push('message', 40_000);
    all();
    carried();
    const credit = { lane: 0, limit: 1_000_000, rewind: false };
    expect(codeOf(() => stream.acknowledge({ received: 1, handled: 1 }))).toBe('ERR_PROTOCOL');
    expect(codeOf(() => stream.bodies.receiveCredit({ ...credit, received: 40_000 }))).toBe('ERR_PROTOCOL');
    expect(codeOf(() => stream.bodies.receiveCredit({ ...credit, lane: 17, received: 0 }))).toBe('ERR_PROTOCOL');
    expect(codeOf(() => stream.bodies.receiveCredit({ ...credit, received: 5, limit: 4 }))).toBe('ERR_PROTOCOL');
    expect(fates).toEqual([undefined]);
  });
});
