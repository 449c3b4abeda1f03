import { createHash, randomBytes } from 'node:crypto';
import { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import type { LanpeerNode, PeerStream, Via } from '../../../src/index.ts';
import { makeBreakableNode } from '../../support/breakable-node.ts';
import { connect, startPair } from '../../support/nodes.ts';

async function pair(transports: readonly Via[]) {
  const { lower: a, higher: b } = await startPair({ transports });
  await connect(a, b);
  return { a, b };
}

/** The next stream of that type that a peer opens. */
const nextStream = (node: LanpeerNode, type: string): Promise<PeerStream> =>
  new Promise((resolve) => {
    const remove = node.acceptStream(type, (stream) => {
      remove();
      resolve(stream);
    });
  });

async function bytesOf(stream: PeerStream): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream.readable) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}

async function write(stream: PeerStream, bytes: Uint8Array): Promise<void> {
  const writer = stream.writable.getWriter();
  for (let at = 0; at < bytes.byteLength; at += 50_000) await writer.write(bytes.subarray(at, at + 50_000));
  await writer.close();
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.each([[['webrtc']], [['tls']], [['webrtc', 'tls']]] as const)('over %j', (transports) => {
  test('carries bytes both ways, with what it was opened with, until both ends are done', async () => {
    const { a, b } = await pair(transports);
    const accepted = nextStream(b, 'file');
    const stream = await a.openStream(b.id, 'file', { data: { name: 'x', size: 3 } });
    const other = await accepted;
    expect(other).toMatchObject({ peerId: a.id, type: 'file', data: { name: 'x', size: 3 } });
    expect(stream).toMatchObject({ peerId: b.id, type: 'file' });
    const [there, back] = [randomBytes(3_000_000), randomBytes(1_000_000)];
    const [gotThere, gotBack] = await Promise.all([
      bytesOf(other),
      bytesOf(stream),
      write(stream, there),
      write(other, back),
    ]);
    expect(hashOf(gotThere)).toBe(hashOf(there));
    expect(hashOf(gotBack)).toBe(hashOf(back));
    expect(stream.sent).toEqual({ written: 3_000_000, read: 3_000_000 });
    expect(other.received).toEqual({ arrived: 3_000_000, read: 3_000_000 });
    await Promise.all([stream.closed, other.closed]);
  });

  test('an aborted stream ends at both ends, with the reason', async () => {
    const { a, b } = await pair(transports);
    const accepted = nextStream(b, 'file');
    const stream = await a.openStream(b.id, 'file');
    const other = await accepted;
    const read = bytesOf(other);
    const failure = expect(read).rejects.toMatchObject({ code: 'ERR_STREAM_ABORTED', remoteCode: 'E_FULL' });
    stream.abort(Object.assign(new Error('no room'), { code: 'E_FULL' }));
    await failure;
    await expect(read).rejects.toThrow('no room');
    await Promise.all([stream.closed, other.closed]);
    await expect(bytesOf(stream)).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  test('a reader that cancels errors the writer, and the other direction goes on', async () => {
    const { a, b } = await pair(transports);
    const accepted = nextStream(b, 'file');
    const stream = await a.openStream(b.id, 'file');
    const other = await accepted;
    const writer = stream.writable.getWriter();
    await writer.write(new Uint8Array(10));
    await other.readable.cancel(new Error('enough'));
    await expect(writer.closed).rejects.toMatchObject({
      code: 'ERR_STREAM_ABORTED',
      message: expect.stringContaining('enough'),
    });
    const [got] = await Promise.all([bytesOf(stream), write(other, new Uint8Array(1_000).fill(3))]);
    expect(got.byteLength).toBe(1_000);
  });
});

describe('a stream', () => {
  test('is refused where no handler accepts its type', async () => {
    const { a, b } = await pair(['tls']);
    await expect(a.openStream(b.id, 'nobody')).rejects.toMatchObject({ code: 'ERR_STREAM_REFUSED' });
    await expect(a.openStream(a.id, 'nobody')).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
  });

  test('holds its writer back while nobody reads', async () => {
    const { a, b } = await pair(['tls']);
    const accepted = nextStream(b, 'file');
    const stream = await a.openStream(b.id, 'file');
    const other = await accepted;
    const writer = stream.writable.getWriter();
    const all = 40;
    let written = 0;
    const writes = Array.from({ length: all }, () =>
      writer.write(new Uint8Array(100_000)).then(() => {
        written += 1;
      }),
    );
    await a.request(b.id, 'nothing', 1).catch(() => undefined);
    await b.request(a.id, 'nothing', 1).catch(() => undefined);
    expect(written).toBeLessThan(14);
    expect(stream.sent.read).toBe(0);
    void other.readable.pipeTo(new WritableStream());
    await Promise.all(writes);
    await writer.close();
    expect(stream.sent.read).toBe(100_000 * all);
  });

  test('goes on where it was when links break', async () => {
    const [one, two] = [0, 1].map(() => makeBreakableNode({ access: 'open', transports: ['webrtc'] }));
    if (!one || !two) throw new Error('no nodes');
    await Promise.all([one.node.start(), two.node.start()]);
    await one.node.connect({ address: '127.0.0.1', port: two.node.port });
    const accepted = nextStream(two.node, 'file');
    const stream = await one.node.openStream(two.node.id, 'file');
    const other = await accepted;
    const bytes = randomBytes(8_000_000);
    let cuts = 0;
    const hash = createHash('sha256');
    let got = 0;
    const writing = write(stream, bytes);
    for await (const part of other.readable) {
      hash.update(part as Uint8Array);
      got += (part as Uint8Array).byteLength;
      if (got > (cuts + 1) * 1_500_000 && one.breakLinks()) cuts += 1;
    }
    await writing;
    expect(cuts).toBeGreaterThan(3);
    expect(hash.digest('hex')).toBe(hashOf(bytes));
    await Promise.all([one.node.stop(), two.node.stop()]);
  });

  test('is lost with the session of its messages, and says how much certainly arrived', async () => {
    const { a, b } = await pair(['tls']);
    const accepted = nextStream(b, 'file');
    const stream = await a.openStream(b.id, 'file');
    const other = await accepted;
    const writer = stream.writable.getWriter();
    await writer.write(new Uint8Array(100_000));
    const reader = other.readable.getReader();
    let got = 0;
    while (got < 100_000) got += ((await reader.read()).value as Uint8Array).byteLength;
    const lost = expect(writer.closed).rejects.toMatchObject({ code: 'ERR_STREAM_LOST', bytes: expect.any(Number) });
    const otherLost = expect(reader.read()).rejects.toMatchObject({ code: 'ERR_STREAM_LOST' });
    await a.disconnect(b.id);
    await Promise.all([lost, otherLost]);
    expect(stream.sent.read).toBeLessThanOrEqual(100_000);
  });

  test('fails at both ends when its handler throws', async () => {
    const { a, b } = await pair(['tls']);
    const errors: string[] = [];
    b.errors$.subscribe(({ code }) => errors.push(code));
    b.acceptStream('file', () => Promise.reject(Object.assign(new Error('broken'), { code: 'E_MINE' })));
    const stream = await a.openStream(b.id, 'file');
    await expect(stream.writable.getWriter().closed).rejects.toMatchObject({
      code: 'ERR_STREAM_ABORTED',
      remoteCode: 'E_MINE',
    });
    expect(errors).toEqual(['ERR_HANDLER']);
  });

  test('works with the streams of Node', async () => {
    const { a, b } = await pair(['tls']);
    b.acceptStream('echo', async ({ readable, writable }) => readable.pipeTo(writable));
    const stream = await a.openStream(b.id, 'echo');
    const bytes = randomBytes(500_000);
    const got: Buffer[] = [];
    await pipeline(Readable.from([bytes]), Duplex.fromWeb(stream), async (source: AsyncIterable<Buffer>) => {
      for await (const part of source) got.push(part);
    });
    expect(hashOf(Buffer.concat(got))).toBe(hashOf(bytes));
  });

  test('is given up by the signal of its caller', async () => {
    const { a, b } = await pair(['tls']);
    b.acceptStream('file', () => undefined);
    await expect(a.openStream(b.id, 'file', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    const controller = new AbortController();
    const stream = await a.openStream(b.id, 'file', { signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await expect(bytesOf(stream)).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });
});
