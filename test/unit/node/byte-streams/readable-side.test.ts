import { describe, expect, test } from 'vitest';
import { bytesOf, openStream, settle } from '../../../support/stream-programs.ts';

const aborted = { code: 'ERR_STREAM_ABORTED' };

describe('the readable of a stream', () => {
  test('when it ends within an element that is read, the read is a TypeError, and the session goes on', async () => {
    const { programs, stream, other } = await openStream();
    const read = expect(other.readable.getReader({ mode: 'byob' }).read(new Uint32Array(4) as never)).rejects.toThrow(
      TypeError,
    );
    await settle();
    const writer = stream.writable.getWriter();
    await writer.write(new Uint8Array(3));
    await settle();
    await Promise.all([writer.close(), read]);
    expect(programs.b.broken).toEqual([]);
    const next = programs.b.next('file');
    await Promise.all([programs.a.open('file'), next]);
  });

  test('when it is cancelled behind its end, the stream is open until the other direction is over', async () => {
    const { stream, other } = await openStream();
    const reader = other.readable.getReader({ mode: 'byob' });
    const read = reader.read(new Uint8Array(1));
    const writer = stream.writable.getWriter();
    await Promise.all([writer.write(new Uint8Array(10)), writer.close(), read]);
    await reader.cancel();
    let isClosed = false;
    void other.closed.then(() => {
      isClosed = true;
    });
    await settle();
    expect(isClosed).toBe(false);
    await Promise.all([other.writable.close(), bytesOf(stream)]);
    await other.closed;
  });

  test('when its reader lets go before anything came, nothing counts as read', async () => {
    const { stream, other } = await openStream();
    const reader = other.readable.getReader();
    const read = expect(reader.read()).rejects.toThrow(TypeError);
    await settle();
    reader.releaseLock();
    await read;
    const writer = stream.writable.getWriter();
    await writer.write(new Uint8Array(10));
    await settle();
    expect(other.received).toEqual({ arrived: 10, read: 0 });
    const [got] = await Promise.all([bytesOf(other), writer.close()]);
    expect(got).toBe(10);
  });

  test('when a loop over it is left, its writer is stopped', async () => {
    const { stream, other } = await openStream();
    const writer = stream.writable.getWriter();
    await writer.write(new Uint8Array(10));
    for await (const part of other.readable) {
      expect(part).toHaveLength(10);
      break;
    }
    await expect(writer.closed).rejects.toMatchObject(aborted);
  });

  test('works in two branches, each of which gets all', async () => {
    const { stream, other } = await openStream();
    const branches = other.readable.tee().map((readable) => bytesOf({ ...other, readable }));
    const writer = stream.writable.getWriter();
    await Promise.all([writer.write(new Uint8Array(300_000)), writer.close()]);
    expect(await Promise.all(branches)).toEqual([300_000, 300_000]);
  });

  test('has nothing more once it was cancelled, and a second cancel is no fault', async () => {
    const { other } = await openStream();
    await other.readable.cancel();
    await other.readable.cancel();
    expect(await other.readable.getReader().read()).toEqual({ done: true, value: undefined });
  });
});
