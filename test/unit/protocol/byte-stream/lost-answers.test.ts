import { expect, test } from 'vitest';
import type { EndReason } from '../../../../src/protocol/byte-stream/frame-types.ts';
import { type StreamEnd, StreamPair } from '../../../support/byte-stream-pair.ts';

const reason: EndReason = { kind: 'aborted', code: 'E_FULL', text: 'no room' };

/** A stream that A opened and B accepted, at A. */
function opened(): { readonly pair: StreamPair; readonly end: StreamEnd } {
  const pair = new StreamPair().attach();
  const end = pair.a.open();
  pair.settle();
  return { pair, end };
}

test('when the answer to a reset is lost with the carrier of the other side, the reset comes again', () => {
  const { pair, end } = opened();
  pair.accepted().stream.outgoing.finish();
  pair.settle();
  end.stream.outgoing.reset(reason);
  // All that A says arrives; what B says is lost with its carrier.
  while (pair.a.pull()) for (const record of pair.a.carrier?.splice(0) ?? []) pair.b.receive(record);
  while (pair.b.pull());
  pair.b.attach();
  pair.settle();
  expect([pair.a.streams.size, pair.b.streams.size]).toEqual([0, 0]);
});

test('when the opening of streams is lost, they are opened again in their order', () => {
  const pair = new StreamPair().attach();
  pair.settle();
  pair.a.open('first');
  const second = pair.a.open('second');
  while (pair.a.pull());
  second.stream.abort(reason);
  pair.a.attach();
  pair.settle();
  expect(pair.b.opened.map(({ stream }) => stream.opening.type)).toEqual(['first', 'second']);
});

test('when a program accepts a stream and cancels its readable at once, the other side learns of both', () => {
  const pair = new StreamPair().attach();
  const accept = pair.b.onOpen;
  pair.b.onOpen = (stream) => {
    accept(stream);
    stream.incoming.stop(reason);
  };
  const end = pair.a.open();
  pair.settle();
  expect(end).toMatchObject({ isAccepted: true, sentAs: reason });
});

test('when the answer to a carrier may be lost with its own, a side with nothing to send needs another one', () => {
  const pair = new StreamPair().attach();
  pair.settle();
  const { streams } = pair.b;
  expect([streams.size, streams.needsCarrier]).toEqual([0, false]);
  streams.detach();
  expect(streams.needsCarrier).toBe(true);
  pair.b.attach();
  pair.settle();
  expect(streams.needsCarrier).toBe(false);
});
