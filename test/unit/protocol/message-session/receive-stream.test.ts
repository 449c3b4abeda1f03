import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { codeOf } from '../../../support/code-of.ts';
import { begin, createReceiveStream, more, reference, whole } from '../../../support/receive-stream.ts';

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

  it('over lanes is a message each, and parts of several may alternate', () => {
    const { stream, steps, arrived, part } = createReceiveStream();
    stream.begin(one, 1);
    expect(stream.receive(reference)).toBe('awaited');
    for (const frame of [begin(0, 0, 1_500, 1_000), begin(1, 0, 1_200, 600), more(0, 1_000, 500), more(1, 600, 600)])
      expect(part(frame)).toBeUndefined();
    expect(arrived).toEqual([
      { of: 'message', payload: new Uint8Array(1_500) },
      { of: 'request', payload: new Uint8Array(1_200).fill(1) },
    ]);
    expect(stream.received).toBe(1);
    expect(steps).toEqual([
      [1, 1_000, 1_500],
      [2, 600, 1_200],
      [1, 1_500, 1_500],
      [2, 1_200, 1_200],
    ]);
  });

  it('before its reference waits for that, in the order of both', () => {
    const { stream, arrived, part } = createReceiveStream();
    stream.begin(one, 1);
    for (const frame of [begin(0, 0, 20, 20), begin(0, 20, 30, 30)]) expect(part(frame)).toBeUndefined();
    expect([arrived, stream.bodies.isUnfinished]).toEqual([[], true]);
    expect(stream.receive(reference)).toEqual({ of: 'message', payload: new Uint8Array(20) });
    expect(stream.receive(whole(7))).toMatchObject({ of: 'message' });
    expect(stream.receive(reference)).toEqual({ of: 'message', payload: new Uint8Array(30) });
    expect([stream.received, stream.bodies.isUnfinished]).toEqual([3, false]);
  });

  it('came before over another link: then it is dropped', () => {
    const { stream } = createReceiveStream();
    stream.begin(one, 1);
    stream.receive(whole(1));
    stream.receive(reference);
    stream.unlink();
    stream.begin(one, 1);
    expect([stream.receive(whole(1)), stream.receive(reference)]).toEqual([undefined, undefined]);
    expect(stream.receive(whole(2))).toMatchObject({ payload: Uint8Array.of(2) });
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
    const { stream, arrived, part } = createReceiveStream();
    stream.begin(one, 1);
    stream.receive(reference);
    part(begin(0, 0, 1_200, 600));
    stream.unlink();
    stream.begin(two, 1);
    expect([stream.id, stream.received, stream.bodies.isUnfinished]).toEqual([two, 0, false]);
    expect(part(more(0, 600, 600))).toBe('ERR_PROTOCOL');
    // Neither its reference nor a message that came without one is there any more.
    expect(part(begin(0, 0, 20, 20))).toBeUndefined();
    expect(arrived).toEqual([]);
    expect(stream.receive(reference)).toMatchObject({ of: 'message' });
  });

  it('is volatile: not counted', () => {
    const { stream } = createReceiveStream();
    stream.begin(one, 1);
    expect(stream.receive(whole(1, 'volatile'))).toMatchObject({ of: 'volatile' });
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
  const { stream, part } = createReceiveStream(limits.messages.mostBytes);
  stream.begin(one, 1);
  const total = 16_000_000;
  const { arrayBuffers } = process.memoryUsage();
  const grown = (): number => process.memoryUsage().arrayBuffers - arrayBuffers;
  for (const lane of [0, 1]) expect(part(begin(lane, 0, limits.messages.mostBytes, 16_000))).toBeUndefined();
  expect(grown()).toBeLessThan(1_000_000);
  stream.expire();
  stream.begin(two, 1);
  part(begin(0, 0, total, 16_000));
  for (let came = 16_000; came < total; came += 16_000) {
    expect(part(more(0, came, 16_000))).toBeUndefined();
    // The parts themselves, and what it had before it grew, may not be collected yet.
    expect(grown()).toBeLessThan((8 + 1 + 2) * (came + 16_000) + 1_000_000);
  }
  expect(grown()).toBeLessThan(4 * total);
});
