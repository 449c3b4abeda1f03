import { expect, test } from 'vitest';
import type { EndReason } from '../../../../src/protocol/byte-stream/frame-types.ts';
import { StreamPair } from '../../../support/byte-stream-pair.ts';

const reason: EndReason = { kind: 'aborted', code: '', text: 'enough' };

/** All that A has to say is lost with its carrier. */
function lose({ a }: StreamPair): void {
  while (a.pull());
  a.attach();
}

test('when its carrier is lost, an opening is said again', () => {
  const pair = new StreamPair().attach();
  pair.settle();
  const end = pair.a.open();
  lose(pair);
  pair.settle();
  expect(end.isAccepted).toBe(true);
  expect(pair.b.opened).toHaveLength(1);
});

test('when its carrier is lost, a reset is said again', () => {
  const pair = new StreamPair().attach();
  const end = pair.a.open();
  pair.settle();
  end.stream.outgoing.reset(reason);
  lose(pair);
  pair.settle();
  expect(pair.accepted().resetBy).toEqual(reason);
});

test('when its carrier is lost, a stop is said again', () => {
  const pair = new StreamPair().attach();
  const end = pair.a.open();
  pair.settle();
  end.stream.incoming.stop(reason);
  lose(pair);
  pair.settle();
  expect(pair.accepted().sentAs).toEqual(reason);
});

test('when its carrier is lost, the end is said again', () => {
  const pair = new StreamPair().attach();
  const end = pair.a.open();
  pair.settle();
  end.stream.outgoing.finish();
  lose(pair);
  pair.settle();
  expect(end.sentAs).toBe('read');
});

test('when its carrier is lost, credit is said again', () => {
  const pair = new StreamPair().attach();
  pair.a.open();
  pair.settle();
  const writer = pair.accepted().stream.outgoing;
  writer.write(new Uint8Array(500_000));
  pair.settle();
  const [end] = [...pair.a.streams.streams()];
  while (end?.incoming.take());
  lose(pair);
  pair.settle();
  expect(end?.incoming.received).toBeGreaterThan(65_536);
});
