import { describe, expect, test } from 'vitest';
import { bytesOf, openStream, settle } from '../../../support/stream-programs.ts';

const aborted = { code: 'ERR_STREAM_ABORTED' };

describe('the writable of a stream', () => {
  test.for([
    ['a text', 'text'],
    ['nothing', undefined],
    ['an object with a length', { byteLength: -1 }],
    ['an object whose length throws', Object.defineProperty({}, 'byteLength', { get: () => expect.unreachable() })],
    ['memory without a view', new ArrayBuffer(3)],
  ])('when the program writes %s, the stream is errored at both ends', async ([, chunk]) => {
    const { stream, other } = await openStream();
    await expect(stream.writable.getWriter().write(chunk as Uint8Array)).rejects.toThrow(TypeError);
    await expect(bytesOf(other)).rejects.toMatchObject(aborted);
    await Promise.all([other.writable.close(), bytesOf(stream)]);
    await Promise.all([stream.closed, other.closed]);
  });

  test('when a chunk that waits is taken away, its write is a TypeError, and the other end learns that', async () => {
    const { stream, other } = await openStream();
    const chunk = new Uint8Array(4_000_000);
    const write = expect(stream.writable.getWriter().write(chunk)).rejects.toThrow(TypeError);
    await settle();
    structuredClone(chunk.buffer, { transfer: [chunk.buffer] });
    await expect(bytesOf(other)).rejects.toMatchObject(aborted);
    await write;
  });

  test('takes shared and resizable memory', async () => {
    const { stream, other } = await openStream();
    const writer = stream.writable.getWriter();
    const resizable = new Uint8Array(new ArrayBuffer(10, { maxByteLength: 100 }));
    const shared = new Uint8Array(new SharedArrayBuffer(10));
    const closed = Promise.all([writer.write(resizable), writer.write(shared), writer.close()]);
    expect(await bytesOf(other)).toBe(20);
    await closed;
  });

  test('when it is aborted while a write waits, the write ends and the other end has the reason', async () => {
    const { stream, other } = await openStream();
    const writer = stream.writable.getWriter();
    const reason = new Error('enough');
    const write = expect(writer.write(new Uint8Array(4_000_000))).rejects.toBe(reason);
    await settle();
    await writer.abort(reason);
    await write;
    await expect(bytesOf(other)).rejects.toMatchObject({ ...aborted, message: expect.stringContaining('enough') });
  });

  test('when it is aborted while its close waits for the reader, the other end has the reason', async () => {
    const { stream, other } = await openStream();
    const writer = stream.writable.getWriter();
    await writer.write(new Uint8Array(10));
    const reason = new Error('enough');
    const close = expect(writer.close()).rejects.toBe(reason);
    await settle();
    await expect(writer.abort(reason)).rejects.toBe(reason);
    await close;
    await settle();
    expect(stream.sent.read).toBe(0);
    await expect(bytesOf(other)).rejects.toMatchObject(aborted);
  });

  test('is not closed before the other program has read all, whatever the other direction does', async () => {
    const { stream, other } = await openStream();
    const writer = stream.writable.getWriter();
    await writer.write(new Uint8Array(10));
    let isClosed = false;
    const close = writer.close().then(() => {
      isClosed = true;
    });
    await other.writable.close().catch(() => undefined);
    await settle();
    expect(isClosed).toBe(false);
    expect(await bytesOf(other)).toBe(10);
    await close;
  });
});
