import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutbox, type MessageFate } from '../../../src/protocol/outbox.ts';

const room = { messages: 10, bytes: 1_000 };
const bytes = (length: number): Uint8Array => new Uint8Array(length);

/** An outbox and what became of the messages that it accepted, by number. */
function rig(limits = room) {
  const outbox = createOutbox(limits);
  const fates = new Map<number, MessageFate[]>();
  let count = 0;
  return {
    outbox,
    fates,
    accept(length = 1): number | undefined {
      count += 1;
      const no = count;
      const settled: MessageFate[] = [];
      const payload = bytes(length);
      if (!outbox.accept(payload, (fate) => void settled.push(fate))) return undefined;
      fates.set(no, settled);
      return no;
    },
    fatesOf: (...numbers: number[]): unknown[] => numbers.map((no) => fates.get(no)),
  };
}

describe('outbox', () => {
  it('gives messages in order, numbered from 1, and settles those that were acknowledged', () => {
    const { outbox, accept, fatesOf } = rig();
    for (const _ of [1, 2, 3]) accept();
    expect([outbox.pull()?.seq, outbox.pull()?.seq]).toEqual([1, 2]);
    expect(outbox.acknowledge(1)).toBe(true);
    expect(fatesOf(1, 2, 3)).toEqual([['delivered'], [], []]);
    expect(outbox.acknowledge(2)).toBe(true);
    expect(fatesOf(1, 2, 3)).toEqual([['delivered'], ['delivered'], []]);
    expect(outbox.size).toBe(1);
  });

  it('takes an acknowledgement again and an older one for what they are, and one of what was not sent for a breach', () => {
    const { outbox, accept, fatesOf } = rig();
    accept();
    accept();
    outbox.pull();
    expect(outbox.acknowledge(2)).toBe(false);
    expect(outbox.acknowledge(1)).toBe(true);
    expect(outbox.acknowledge(1)).toBe(true);
    expect(outbox.acknowledge(0)).toBe(true);
    expect(fatesOf(1, 2)).toEqual([['delivered'], []]);
  });

  it('is full at its cap of messages and has room again when one is settled', () => {
    const { outbox, accept } = rig();
    for (let no = 0; no < room.messages; no += 1) expect(accept()).toBeDefined();
    expect(accept()).toBeUndefined();
    outbox.pull();
    expect(accept()).toBeUndefined();
    outbox.acknowledge(1);
    expect(accept()).toBeDefined();
  });

  it('is full at its cap of bytes', () => {
    const { outbox, accept } = rig();
    accept(room.bytes - 1);
    expect(accept(2)).toBeUndefined();
    expect(accept(1)).toBeDefined();
    expect(outbox.bytes).toBe(room.bytes);
    expect(accept(0)).toBeDefined();
  });

  it('takes a message that is larger than the window when there is no other', () => {
    const { outbox, accept } = rig();
    expect(accept(room.bytes + 1)).toBeDefined();
    expect(accept(1)).toBeUndefined();
    outbox.pull();
    outbox.acknowledge(1);
    accept(1);
    expect(accept(room.bytes + 1)).toBeUndefined();
  });

  it('tells of messages on a lost link that they may have arrived, keeps the others and numbers anew', () => {
    const { outbox, accept, fatesOf } = rig();
    for (const _ of [1, 2, 3]) accept();
    outbox.pull();
    outbox.pull();
    outbox.acknowledge(1);
    outbox.unlink(false);
    expect(fatesOf(1, 2, 3)).toEqual([['delivered'], ['unknown'], []]);
    expect(outbox.acknowledge(1)).toBe(false);
    expect(outbox.pull()?.seq).toBe(1);
  });

  it('settles on a second link as on the first', () => {
    const { outbox, accept, fatesOf } = rig();
    for (const _ of [1, 2, 3, 4, 5, 6]) accept();
    for (const _ of [1, 2, 3]) outbox.pull();
    outbox.acknowledge(2);
    outbox.unlink(false);
    for (const seq of [1, 2]) expect(outbox.pull()?.seq).toBe(seq);
    expect(outbox.acknowledge(1)).toBe(true);
    expect(fatesOf(1, 2, 3, 4, 5, 6)).toEqual([['delivered'], ['delivered'], ['unknown'], ['delivered'], [], []]);
    outbox.unlink(true);
    expect(fatesOf(5, 6)).toEqual([['unknown'], ['unsent']]);
  });

  it('tells of the others that they were not sent, when nothing more will be', () => {
    const { outbox, accept, fatesOf } = rig();
    for (const _ of [1, 2]) accept();
    outbox.pull();
    outbox.unlink(true);
    expect(fatesOf(1, 2)).toEqual([['unknown'], ['unsent']]);
    expect([outbox.size, outbox.bytes, outbox.pull()]).toEqual([0, 0, undefined]);
  });

  it('may be used by those who are told', () => {
    const outbox = createOutbox(room);
    const fates: MessageFate[] = [];
    const again = (fate: MessageFate): void => {
      fates.push(fate);
      if (fates.length < 4) outbox.accept(bytes(1), again);
    };
    outbox.accept(bytes(1), again);
    outbox.pull();
    outbox.acknowledge(1);
    expect(fates).toEqual(['delivered']);
    outbox.unlink(true);
    expect(fates).toEqual(['delivered', 'unsent']);
    expect(outbox.size).toBe(1);
    expect(outbox.pull()?.seq).toBe(1);
  });

  it('settles every message once, in order and within its caps, over thousands of them', () => {
    const large = { messages: 3_000, bytes: 100_000 };
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('accept' as const), by: fc.integer({ min: 0, max: 2_000 }) }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('pull' as const), by: fc.integer({ min: 1, max: 2_000 }) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), by: fc.nat(2_000) }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constantFrom('unlink' as const, 'end' as const), by: fc.constant(0) }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { outbox, accept, fates } = rig(large);
        const order: number[] = [];
        const open = (): number[] => order.filter((no) => fates.get(no)?.length === 0);
        let sent = 0;
        let acknowledged = 0;
        const expected = new Map<number, MessageFate>();
        for (const one of steps) {
          if (one.do === 'accept')
            for (let left = one.by; left > 0; left -= 1) {
              const no = accept(left % 50);
              if (no !== undefined) order.push(no);
            }
          else if (one.do === 'pull') {
            const waiting = open().length - (sent - acknowledged);
            for (let left = Math.min(one.by, waiting); left > 0; left -= 1) {
              sent += 1;
              expect(outbox.pull()?.seq).toBe(sent);
            }
            if (one.by > waiting) expect(outbox.pull()).toBeUndefined();
          } else if (one.do === 'acknowledge') {
            // Now and then more than was sent.
            const by = one.by % (sent - acknowledged + 2);
            const seq = acknowledged + by;
            if (seq <= sent) for (const no of open().slice(0, by)) expected.set(no, 'delivered');
            expect(outbox.acknowledge(seq)).toBe(seq <= sent);
            if (seq <= sent) acknowledged = seq;
          } else {
            const waiting = open();
            for (const no of waiting.slice(0, sent - acknowledged)) expected.set(no, 'unknown');
            if (one.do === 'end') for (const no of waiting.slice(sent - acknowledged)) expected.set(no, 'unsent');
            outbox.unlink(one.do === 'end');
            sent = 0;
            acknowledged = 0;
          }
          expect(outbox.size).toBe(open().length);
          expect(outbox.size).toBeLessThanOrEqual(large.messages);
          expect(outbox.bytes).toBeLessThanOrEqual(large.bytes);
        }
        for (const no of order) expect(fates.get(no)).toEqual(expected.has(no) ? [expected.get(no)] : []);
      }),
      { numRuns: 30 },
    );
  });
});
