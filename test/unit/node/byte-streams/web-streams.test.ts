import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { bytesOf, openStream, StreamPrograms, settle } from '../../../support/stream-programs.ts';

const aborted = { code: 'ERR_STREAM_ABORTED' };

describe('a stream', () => {
  test('when a pipe into it is aborted by a signal, the other end learns that; its own readable goes on', async () => {
    const { stream, other } = await openStream();
    const controller = new AbortController();
    const source = new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(new Uint8Array(1_000)) });
    const pipe = expect(source.pipeTo(stream.writable, { signal: controller.signal })).rejects.toThrow('enough');
    // What a pipe has read it writes before it ends.
    const read = expect(bytesOf(other)).rejects.toMatchObject(aborted);
    await settle();
    controller.abort(new Error('enough'));
    await Promise.all([pipe, read]);
    await Promise.all([other.writable.close(), bytesOf(stream)]);
    await Promise.all([stream.closed, other.closed]);
  });

  test('when a pipe does not close it, it takes another one', async () => {
    const { stream, other } = await openStream();
    const bytes = bytesOf(other);
    for (let no = 0; no < 3; no += 1)
      await new Blob([new Uint8Array(1_000)]).stream().pipeTo(stream.writable as never, { preventClose: true });
    await stream.writable.close();
    expect(await bytes).toBe(3_000);
  });

  test('when a Duplex of it is destroyed, both directions are over at both ends', async () => {
    const { stream, other } = await openStream();
    const duplex = Duplex.fromWeb(stream);
    const failed = once(duplex, 'error');
    duplex.destroy(new Error('enough'));
    await failed;
    await expect(bytesOf(other)).rejects.toMatchObject(aborted);
    await expect(other.writable.getWriter().closed).rejects.toMatchObject(aborted);
    await Promise.all([stream.closed, other.closed]);
  });

  test('that is lost while nobody listens is no unhandled rejection, and is closed', async () => {
    const { programs, stream, other } = await openStream();
    programs.a.peer.close();
    programs.b.peer.close();
    await Promise.all([stream.closed, other.closed]);
    stream.abort();
    await expect(bytesOf(stream)).rejects.toMatchObject({ code: 'ERR_STREAM_LOST' });
  });

  test('when its handler cancels the readable at once, it is open, and the handler can write', async () => {
    const programs = new StreamPrograms();
    programs.b.acceptors.add('file', async ({ readable, writable }) => {
      await readable.cancel();
      const writer = writable.getWriter();
      await writer.write(new Uint8Array(10));
      await writer.close();
    });
    const stream = await programs.a.open('file');
    expect(await bytesOf(stream)).toBe(10);
    await stream.closed;
  });
});
