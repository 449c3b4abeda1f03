import { describe, expect, it } from 'vitest';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import type { Body } from '../../../../src/protocol/frame-types.ts';
import { ReceiveStream } from '../../../../src/protocol/message-session/receive-stream.ts';
import { codeOf } from '../../../support/code-of.ts';
import { createReceiveStream, first, more, whole } from '../../../support/receive-stream.ts';

const { leastFragmentBytes, partials, volatileBytes } = limits.messages;
const [one, two] = ['0000000000000001', '0000000000000002'] as const;

describe('what breaks the protocol', () => {
  it.each<readonly [string, Body]>([
    ['a part without its beginning', more(9, 600)],
    ['a volatile part without its beginning', more(9, 600, false)],
    ['a message that is longer than this side takes', first(9, 100_001, 600)],
    ['a first part that is longer than the whole', first(9, 500, 501)],
    ['a crumb', first(9, 50_000, leastFragmentBytes - 1)],
    ['a volatile message that is too long', first(9, volatileBytes + 1, 600, 'volatile')],
    ['a slot that is taken', first(1, 2_000, 600)],
    ['a part that goes over the end', more(1, 1_401)],
    ['a crumb in the middle', more(1, 1)],
    ['nothing in the middle', more(1, 0)],
  ])('%s', (_, body) => {
    const { stream, code } = createReceiveStream();
    stream.begin(one, 1);
    stream.receive(first(1, 2_000, 600));
    expect([code(body), stream.received]).toEqual(['ERR_PROTOCOL', 1]);
    // The one that was there is not harmed.
    expect(stream.receive(more(1, 1_400))?.payload).toHaveLength(2_000);
  });

  it('a message before its stream, and a stream with a gap', () => {
    const { stream, code } = createReceiveStream();
    expect(code(whole(1))).toBe('ERR_PROTOCOL');
    expect(codeOf(() => stream.begin(one, 2))).toBe('ERR_PROTOCOL');
    stream.begin(one, 1);
    stream.receive(whole(1));
    stream.unlink();
    expect([codeOf(() => stream.begin(one, 3)), codeOf(() => stream.begin(one, 0))]).toEqual([
      'ERR_PROTOCOL',
      'ERR_PROTOCOL',
    ]);
  });

  it('more unfinished messages than it may, in number or in bytes', () => {
    const many = createReceiveStream(1_000_000);
    many.stream.begin(one, 1);
    for (let slot = 1; slot <= partials; slot += 1) expect(many.code(first(slot, 2_000, 600))).toBeUndefined();
    expect(many.code(first(99, 2_000, 600))).toBe('ERR_PROTOCOL');
    const long = createReceiveStream(100_000);
    long.stream.begin(one, 1);
    expect([1, 2, 3].map((slot) => long.code(first(slot, 90_000, 600)))).toEqual([
      undefined,
      undefined,
      'ERR_PROTOCOL',
    ]);
  });
});

describe('where there is no room', () => {
  const busy = (): never => {
    throw new LanpeerError('ERR_BUSY');
  };
  const nothing = (): void => undefined;
  const anyRoom = { expect: nothing, acquire: () => true, release: nothing, came: nothing, refused: nothing };

  it('a message has not been received, and comes again with its last part', () => {
    let full = true;
    const options = { maxMessageBytes: 100_000, progress: () => undefined };
    const stream = new ReceiveStream({ ...options, admit: () => (full ? busy() : undefined) });
    stream.begin(one, 1);
    stream.receive(first(1, 1_200, 600));
    expect([codeOf(() => stream.receive(more(1, 600))), stream.received]).toEqual(['ERR_BUSY', 1]);
    expect([codeOf(() => stream.receive(whole(1))), stream.received]).toEqual(['ERR_BUSY', 1]);
    expect(stream.receive(whole(1, 'volatile'))?.of).toBe('volatile');
    stream.unlink();
    full = false;
    stream.begin(one, 2);
    expect([stream.receive(more(1, 600))?.payload.byteLength, stream.received]).toEqual([1_200, 2]);
  });

  it('a part is not taken, and a volatile message is dropped to its end', () => {
    let [held, size] = [0, 10_000];
    const room = {
      ...anyRoom,
      acquire(bytes: number): boolean {
        if (held + bytes > size) return false;
        held += bytes;
        return true;
      },
      release(bytes: number): void {
        held -= bytes;
      },
    };
    const stream = new ReceiveStream({ maxMessageBytes: 1_000_000, progress: () => undefined, room });
    stream.begin(one, 1);
    stream.receive(first(1, 100_000, 6_000));
    expect([codeOf(() => stream.receive(more(1, 6_000))), stream.received, held]).toEqual(['ERR_BUSY', 1, 6_000]);
    stream.receive(first(2, 8_000, 600, 'volatile'));
    expect(stream.receive(more(2, 1_000, false))).toBeUndefined();
    expect(held).toBe(6_000);
    expect(stream.receive(more(2, 6_400, false))).toBeUndefined();
    stream.receive(first(2, 1_200, 600, 'volatile'));
    expect(stream.receive(more(2, 600, false))?.payload).toHaveLength(1_200);
    size = 200_000;
    for (let came = 6_000; came < 100_000 - 1_000; came += 1_000) stream.receive(more(1, 1_000));
    expect(stream.receive(more(1, 1_000))?.payload).toHaveLength(100_000);
    expect(held).toBe(0);
  });

  it('what is dropped is gone for good: another stream has to begin', () => {
    const stream = new ReceiveStream({ maxMessageBytes: 100_000, progress: () => undefined, room: anyRoom });
    stream.begin(one, 1);
    stream.dropUnfinished();
    expect(stream.resumable).toBe(true);
    stream.receive(first(1, 1_200, 600));
    stream.dropUnfinished();
    expect([stream.resumable, stream.received]).toEqual([false, 1]);
  });
});

it('a link has one new stream: a second one is a fault, and neither that nor another fault is told as a gap', () => {
  const { stream } = createReceiveStream();
  const three = '0000000000000003';
  let gaps = 0;
  const gap = (): void => {
    gaps += 1;
  };
  const begin = (id: string, next: number) => codeOf(() => stream.begin(id, next, gap));
  expect([begin(one, 1), gaps]).toEqual([undefined, 0]);
  expect([begin(two, 2), gaps]).toEqual(['ERR_PROTOCOL', 0]);
  expect([begin(two, 1), gaps]).toEqual([undefined, 1]);
  expect([begin(three, 1), begin(one, 1), gaps, stream.id]).toEqual(['ERR_PROTOCOL', 'ERR_PROTOCOL', 1, two]);
  stream.unlink();
  expect([begin(three, 1), gaps]).toEqual([undefined, 2]);
});
