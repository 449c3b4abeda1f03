import { ReadableStream, WritableStream } from 'node:stream/web';
import { expect, test } from 'vitest';
import { StreamReceiver } from '../../../src/cli/receive-streams.ts';
import type { ReceivedFile } from '../../../src/cli/stream-folder.ts';
import type { LanpeerNode, PeerStream } from '../../../src/index.ts';
import { LanpeerError, limits } from '../../../src/index.ts';

function setUp(file: Partial<ReceivedFile> = {}, room: () => Promise<void> | undefined = () => undefined) {
  const said: string[] = [];
  const events: object[] = [];
  const handlers = new Map<string, (stream: PeerStream) => unknown>();
  const say = (what: string) => async (): Promise<void> => {
    said.push(what);
  };
  const receiver = new StreamReceiver(
    {
      node: {
        acceptStream(type: string, handler: (stream: PeerStream<never>) => unknown) {
          handlers.set(type, handler as never);
          return () => undefined;
        },
      } as Pick<LanpeerNode, 'acceptStream'>,
      folder: {
        create: async () => ({
          path: '/in/abc',
          write: say('write'),
          complete: say('complete'),
          discard: say('discard'),
          ...file,
        }),
      },
      output: { write: (event) => void events.push(event), tell: (event) => void events.push(event), room },
    },
    ['file', 'file'],
  );
  /** A peer opens a stream that gives these parts, and then the error if there is one. */
  function open(parts: readonly string[], error?: Error) {
    const closed = Promise.withResolvers<void>();
    const aborts: unknown[] = [];
    handlers.get('file')?.({
      peerId: 'ada',
      type: 'file',
      data: { name: '../../etc/passwd' },
      readable: new ReadableStream({
        start(controller) {
          for (const part of parts) controller.enqueue(Buffer.from(part));
          if (error) controller.error(error);
          else controller.close();
        },
      }),
      writable: new WritableStream({ close: () => closed.resolve() }),
      sent: { written: 0, read: 0 },
      received: { arrived: 7, read: 7 },
      closed: closed.promise,
      abort(reason: unknown) {
        aborts.push(reason);
        closed.resolve();
      },
    } as unknown as PeerStream);
    return { aborts, over: closed.promise };
  }
  return { receiver, said, events, handlers, open };
}

const about = { event: 'stream', from: 'ada', type: 'file', path: '/in/abc' };

test('a stream is written to a file, and its end is told with the bytes', async () => {
  const { receiver, said, events, open } = setUp();
  await open(['one', 'two']).over;
  await receiver.settled();
  expect(said).toEqual(['write', 'write', 'complete']);
  expect(events).toEqual([
    { ...about, change: 'opened', data: { name: '../../etc/passwd' } },
    { ...about, change: 'ended', ok: true, bytes: 7 },
  ]);
});

test('a stream that is lost leaves no file, and the code is told', async () => {
  const { receiver, said, events, open } = setUp();
  await open([], new LanpeerError('ERR_STREAM_LOST', 'lost', { bytes: 3 })).over;
  await receiver.settled();
  expect(said).toEqual(['discard']);
  expect(events.at(-1)).toEqual({
    ...about,
    change: 'ended',
    ok: false,
    code: 'ERR_STREAM_LOST',
    message: 'lost',
    bytes: 7,
  });
});

test('when the disk fails, the peer learns the code and not the path', async () => {
  const { receiver, said, events, open } = setUp({
    write: () => Promise.reject(Object.assign(new Error('ENOSPC: /in/abc'), { code: 'ENOSPC' })),
  });
  const { aborts, over } = open(['one']);
  await over;
  await receiver.settled();
  expect(said).toEqual(['discard']);
  expect(aborts).toEqual([expect.objectContaining({ code: 'ERR_FILE' })]);
  expect(String(aborts[0])).not.toContain('/in');
  expect(events.at(-1)).toMatchObject({ ok: false, code: 'ERR_FILE', message: expect.stringContaining('ENOSPC') });
});

test('many streams at once are held back by the reader of the events, and more than that are refused', async () => {
  const { aborts, events, open } = (() => {
    const rig = setUp({}, () => new Promise(() => undefined));
    const all = Array.from({ length: limits.cli.openStreams }, () => rig.open(['one']).aborts);
    expect(all.flat()).toEqual([]);
    return { ...rig, aborts: all };
  })();
  expect(open(['one']).aborts).toEqual([expect.objectContaining({ code: 'ERR_BUSY' })]);
  expect(aborts).toHaveLength(limits.cli.openStreams);
  expect(events).toEqual([]);
});
