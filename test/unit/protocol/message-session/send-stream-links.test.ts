import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { MessageKind } from '../../../../src/protocol/frame-types.ts';
import type { SendStream } from '../../../../src/protocol/message-session/send-stream.ts';
import { setUpOutStream } from '../../../support/send-stream.ts';

const { bodyWindowBytes } = limits.messages;

describe('a new link', () => {
  it('goes on behind what the other side has, at any message', () => {
    const sizes = [10, 50_000, 20, 17_000];
    for (let received = 0; received <= 4; received += 1) {
      const { stream, push, all } = setUpOutStream();
      for (const size of sizes) push('message', size);
      const bodies = all().slice(1);
      expect(bodies).toEqual(['message 10', 'reference', 'message 20', 'reference']);
      stream.unlink();
      stream.resume({ received, handled: 0 });
      expect(all()).toEqual([`begin ${received + 1}`, ...bodies.slice(received)]);
    }
  });

  it('sends no byte of a large message again: only a new carrier does, behind what has come', () => {
    const { stream, push, all, allCarried } = setUpOutStream();
    push('message', 40_000);
    all();
    const parts = allCarried();
    stream.unlink();
    stream.resume({ received: 0, handled: 0 });
    expect([all(), allCarried()]).toEqual([['begin 1', 'reference'], []]);
    stream.bodies.hold();
    stream.bodies.receiveCredit({ lane: 0, received: 16_374, limit: 1_000_000, rewind: false });
    expect(allCarried()).toEqual([]);
    stream.bodies.resume();
    expect(allCarried()).toEqual(parts.slice(1));
  });

  it('has a volatile message begin behind one that was given up, over any carrier until the other side heard of it', () => {
    const { stream, push, all, carried, allCarried } = setUpOutStream();
    push('volatile', 2 * bodyWindowBytes);
    all();
    allCarried();
    stream.unlink();
    push('volatile', 20_000);
    // All the credit there was has gone into the one before.
    const jump = `volatile 0 of 20000 in 9`;
    expect(allCarried()).toEqual([jump]);
    stream.bodies.hold();
    stream.bodies.receiveCredit({ lane: 9, received: 80_000, limit: bodyWindowBytes, rewind: false });
    stream.bodies.resume();
    expect(carried()).toEqual([jump]);
    stream.bodies.receiveCredit({ lane: 9, received: bodyWindowBytes, limit: 2 * bodyWindowBytes, rewind: false });
    expect(allCarried()[0]).toBe('volatile 16372 of 20000 in 9');
    stream.bodies.hold();
    stream.bodies.resume();
    expect(allCarried()).toHaveLength(2);
  });

  it('keeps a volatile message that was sent until it has arrived: it may be sent again', () => {
    const { stream, push, all, allCarried, fates } = setUpOutStream();
    for (let n = 0; n < 2; n += 1) push('volatile', 20_000);
    all();
    allCarried();
    expect(fates).toEqual([undefined, undefined]);
    stream.bodies.receiveCredit({ lane: 9, received: 20_000, limit: bodyWindowBytes, rewind: false });
    expect(fates).toEqual(['unknown', undefined]);
    stream.unlink();
    expect(fates).toEqual(['unknown', 'unknown']);
  });

  it('sends again what the other side had to drop', () => {
    const { stream, push, all, allCarried } = setUpOutStream();
    push('message', 40_000);
    all();
    const parts = allCarried();
    stream.bodies.receiveCredit({ lane: 0, received: 16_374, limit: 1_000_000, rewind: true });
    expect(allCarried()).toEqual(parts.slice(1));
  });

  it('leaves out what the other side has had from the link before, and says so', () => {
    const { stream, push, record, all } = setUpOutStream();
    for (let n = 0; n < 6; n += 1) push('message', 10 + n);
    all();
    stream.unlink();
    stream.resume({ received: 1, handled: 0 });
    expect(record(35)).toEqual(['begin 2', 'message 11']);
    stream.acknowledge({ received: 4, handled: 0 });
    expect(all()).toEqual(['begin 5', 'message 14', 'message 15']);
  });

  it('has no volatile messages of before', () => {
    const { stream, push, record, all, carried, allCarried, fates } = setUpOutStream();
    record();
    push('volatile', 10);
    all();
    push('volatile', 20_000);
    carried();
    push('message', 10);
    stream.unlink();
    expect(fates).toEqual(['unknown', 'unsent', undefined]);
    stream.resume({ received: 0, handled: 0 });
    expect([all(), allCarried()]).toEqual([['begin 1', 'message 10'], []]);
    // The next one begins behind what was sent of it.
    push('volatile', 17_000);
    expect(allCarried()).toEqual(['volatile 16373 of 17000 in 9', '627 at 32747 in 9']);
  });
});

describe('the end of a stream', () => {
  function ended(progress: Parameters<SendStream['end']>[0]) {
    const { stream, push, record, all, carried, allCarried, fates } = setUpOutStream();
    for (const bytes of [10, 11, 12]) push('message', bytes);
    push('request', 13);
    all();
    stream.acknowledge({ received: 1, handled: 1 });
    push('message', 40_000);
    record();
    allCarried();
    push('request', 40_000);
    carried();
    push('message', 14);
    stream.end(progress);
    expect([stream.size, all()]).toEqual([0, []]);
    return fates;
  }

  it('knows nothing of what was sent whole, and that the rest cannot have arrived', () => {
    expect(ended(null)).toEqual(['delivered', 'unknown', 'unknown', 'unknown', 'unknown', 'unsent', 'unsent']);
  });

  it('settles in the order of acceptance, wherever a message waits', () => {
    const { stream, record } = setUpOutStream();
    const order: string[] = [];
    const push = (name: string, of: MessageKind, bytes: number): void =>
      stream.push({ of, payload: new Uint8Array(bytes), settle: () => void order.push(name) });
    push('sent', 'message', 10);
    push('begun', 'message', 40_000);
    push('waiting', 'message', 10);
    push('volatile', 'volatile', 20_000);
    push('request', 'request', 10);
    record();
    push('last', 'message', 10);
    stream.end(null);
    expect(order).toEqual(['sent', 'begun', 'waiting', 'volatile', 'request', 'last']);
  });

  it('tells apart what has arrived, when the other side said how far it was', () => {
    // 10, then by turns 13 or 11, 12, and the reference of 40,000.
    const [known, rest] = [
      ['delivered', 'delivered', 'unknown', 'delivered'],
      ['unsent', 'unsent'],
    ];
    expect(ended({ received: 5, handled: 2 })).toEqual([...known, 'unknown', ...rest]);
    expect(ended({ received: 4, handled: 2 })).toEqual([...known, 'unsent', ...rest]);
    expect(ended({ received: 1, handled: 1 })).toEqual(['delivered', ...new Array(6).fill('unsent')]);
  });

  it('believes nothing that cannot be', () => {
    expect(ended({ received: 99, handled: 0 })).toEqual(ended(null));
  });
});
