import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { codeOf } from '../../../support/code-of.ts';
import { createReceiveStream, first, more, whole } from '../../../support/receive-stream.ts';

const [one, two] = ['0000000000000001', '0000000000000002'] as const;

describe('what comes', () => {
  it('is counted, and owed an answer', () => {
    const { stream } = createReceiveStream();
    stream.begin(one, 1);
    expect(stream.receive(whole(7))).toEqual({ kind: 'whole', of: 'message', payload: Uint8Array.of(7) });
    stream.noteHandled();
    expect([stream.received, stream.handled, stream.pendingAcknowledgements, stream.isAcknowledgementPending]).toEqual([
      1,
      1,
      2,
      true,
    ]);
    expect(stream.acknowledge()).toEqual({ received: 1, handled: 1 });
    expect([stream.pendingAcknowledgements, stream.isAcknowledgementPending]).toEqual([0, false]);
  });

  it('in parts is one message, and parts of several may alternate', () => {
    const { stream, steps } = createReceiveStream();
    stream.begin(one, 1);
    expect(stream.receive(first(1, 1_500, 1_000))).toBeUndefined();
    expect(stream.receive(first(2, 1_200, 600, 'request'))).toBeUndefined();
    expect(stream.receive(more(1, 500))).toEqual({
      of: 'message',
      payload: Uint8Array.from({ length: 1_500 }, (_, at) => (at < 1_000 ? 1 : 2)),
    });
    expect(stream.receive(more(2, 600))?.of).toBe('request');
    expect(stream.received).toBe(4);
    expect(steps).toEqual([
      [1, 1_000, 1_500],
      [2, 600, 1_200],
      [1, 1_500, 1_500],
      [2, 1_200, 1_200],
    ]);
  });

  it('came before over another link: then it is dropped, also in the middle of a message', () => {
    const { stream } = createReceiveStream();
    stream.begin(one, 1);
    stream.receive(whole(1));
    stream.receive(first(1, 1_200, 600));
    stream.unlink();
    stream.begin(one, 1);
    expect([stream.receive(whole(1)), stream.receive(first(1, 1_200, 600))]).toEqual([undefined, undefined]);
    expect(stream.receive(more(1, 600))?.payload).toHaveLength(1_200);
    expect(stream.received).toBe(3);
  });

  it('is told again over a new link, once that has begun', () => {
    const { stream } = createReceiveStream();
    stream.begin(one, 1);
    stream.receive(whole(1));
    stream.acknowledge();
    stream.unlink();
    expect(stream.isAcknowledgementPending).toBe(false);
    stream.begin(one, 2);
    expect([stream.isAcknowledgementPending, stream.acknowledge()]).toEqual([true, { received: 1, handled: 0 }]);
  });

  it('of another stream starts anew, and what was unfinished is dropped', () => {
    const { stream, code } = createReceiveStream();
    stream.begin(one, 1);
    stream.receive(first(1, 1_200, 600));
    stream.unlink();
    stream.begin(two, 1);
    expect([stream.id, stream.received]).toEqual([two, 0]);
    expect(code(more(1, 600))).toBe('ERR_PROTOCOL');
  });

  it('is volatile: not counted, and gone with its link', () => {
    const { stream, code } = createReceiveStream();
    stream.begin(one, 1);
    expect(stream.receive(whole(1, 'volatile'))?.of).toBe('volatile');
    stream.receive(first(1, 1_200, 600, 'volatile'));
    stream.unlink();
    expect(code(more(1, 600, false))).toBe('ERR_PROTOCOL');
    expect(stream.received).toBe(0);
  });

  it('cannot be resumed once it has expired, but what was received is still known', () => {
    const { stream } = createReceiveStream();
    stream.begin(one, 1);
    stream.receive(whole(1));
    stream.unlink();
    stream.expire();
    expect([stream.resumable, stream.received, stream.id]).toEqual([false, 1, one]);
    expect(codeOf(() => stream.begin(one, 2))).toBe('ERR_PROTOCOL');
    stream.begin(two, 1);
    expect(stream.resumable).toBe(true);
  });
});

it('memory grows with what came, to eight times that at most, not with what was announced', () => {
  const { stream } = createReceiveStream(limits.messages.mostBytes);
  stream.begin(one, 1);
  const total = 16_000_000;
  const { arrayBuffers } = process.memoryUsage();
  const grown = (): number => process.memoryUsage().arrayBuffers - arrayBuffers;
  for (let slot = 1; slot <= 2; slot += 1) stream.receive(first(slot, limits.messages.mostBytes, 16_000));
  expect(grown()).toBeLessThan(1_000_000);
  stream.expire();
  stream.begin(two, 1);
  stream.receive(first(3, total, 16_000));
  for (let came = 32_000; came < total; came += 16_000) {
    stream.receive(more(3, 16_000));
    // The parts themselves, and what it had before it grew, may not be collected yet.
    expect(grown()).toBeLessThan((8 + 1 + 2) * came + 1_000_000);
  }
  expect(grown()).toBeLessThan(4 * total);
});
