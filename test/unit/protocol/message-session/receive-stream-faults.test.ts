import { describe, expect, it } from 'vitest';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import { codeOf } from '../../../support/code-of.ts';
import { begin, createReceiveStream, more, reference, whole } from '../../../support/receive-stream.ts';

const [one, two] = ['0000000000000001', '0000000000000002'] as const;

it('a message before its stream, and a stream with a gap, break the protocol', () => {
  const { stream, code } = createReceiveStream();
  expect([code(whole(1)), code(reference)]).toEqual(['ERR_PROTOCOL', 'ERR_PROTOCOL']);
  expect(codeOf(() => stream.begin(one, 2))).toBe('ERR_PROTOCOL');
  stream.begin(one, 1);
  stream.receive(whole(1));
  stream.unlink();
  expect([codeOf(() => stream.begin(one, 3)), codeOf(() => stream.begin(one, 0))]).toEqual([
    'ERR_PROTOCOL',
    'ERR_PROTOCOL',
  ]);
});

it('more session messages without a reference than a window has break the protocol', () => {
  const { stream, code, part } = createReceiveStream();
  stream.begin(one, 1);
  const { inbound } = limits.messages;
  for (let no = 0; no < inbound; no += 1) expect(part(begin(0, no, 1, 1))).toBeUndefined();
  expect([part(begin(0, inbound, 1, 1)), code(reference)]).toEqual(['ERR_PROTOCOL', undefined]);
});

describe('where there is no room', () => {
  const busy = (): never => {
    throw new LanpeerError('ERR_BUSY');
  };

  it('a message has not been received, and comes again', () => {
    let full = true;
    const { stream, arrived, code, part } = createReceiveStream(100_000, { admit: () => (full ? busy() : undefined) });
    stream.begin(one, 1);
    expect([code(whole(1)), stream.received]).toEqual(['ERR_BUSY', 0]);
    expect(stream.receive(whole(1, 'volatile'))).toMatchObject({ of: 'volatile' });
    stream.receive(reference);
    expect([part(begin(0, 0, 1_200, 600)), part(more(0, 600, 600))]).toEqual([undefined, 'ERR_BUSY']);
    full = false;
    // What was under way is dropped, until it comes again from where it was refused.
    expect([part(begin(0, 1_200, 20, 20)), part(more(0, 600, 600))]).toEqual([undefined, undefined]);
    expect(arrived.map(({ payload }) => payload.byteLength)).toEqual([1_200]);
  });

  it('a message that came before its reference has not been received either', () => {
    let full = false;
    const { stream, code, part } = createReceiveStream(100_000, { admit: () => (full ? busy() : undefined) });
    stream.begin(one, 1);
    part(begin(0, 0, 20, 20));
    full = true;
    expect([code(reference), stream.received]).toEqual(['ERR_BUSY', 0]);
    full = false;
    expect(stream.receive(reference)).toMatchObject({ payload: new Uint8Array(20) });
  });

  it('what is dropped is gone for good: another stream has to begin', () => {
    const { stream, part } = createReceiveStream();
    stream.begin(one, 1);
    stream.receive(reference);
    stream.dropUnfinished();
    expect(stream.resumable).toBe(true);
    part(begin(0, 0, 1_200, 600));
    stream.dropUnfinished();
    expect([stream.resumable, stream.received]).toEqual([false, 1]);
  });

  it('a reference that was refused is not waited for', () => {
    const { stream, arrived, part } = createReceiveStream();
    stream.begin(one, 1);
    stream.receive(reference);
    stream.giveBack('reference');
    part(begin(0, 0, 20, 20));
    expect([arrived, stream.received]).toEqual([[], 0]);
    expect(stream.receive(reference)).toMatchObject({ of: 'message' });
  });
});

it('a link has one new stream: a second one is a fault, and neither that nor another fault is told as a gap', () => {
  const { stream } = createReceiveStream();
  const three = '0000000000000003';
  let gaps = 0;
  const gap = (): void => {
    gaps += 1;
  };
  const start = (id: string, next: number) => codeOf(() => stream.begin(id, next, gap));
  expect([start(one, 1), gaps]).toEqual([undefined, 0]);
  expect([start(two, 2), gaps]).toEqual(['ERR_PROTOCOL', 0]);
  expect([start(two, 1), gaps]).toEqual([undefined, 1]);
  expect([start(three, 1), start(one, 1), gaps, stream.id]).toEqual(['ERR_PROTOCOL', 'ERR_PROTOCOL', 1, two]);
  stream.unlink();
  expect([start(three, 1), gaps]).toEqual([undefined, 2]);
});
