import { createHash, randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { PeerStream, Via } from '../../../src/index.ts';
import { connect, startPair } from '../../support/nodes.ts';

/** More in the release check. */
const megabytes = Number(process.env['LANPEER_STREAM_MB'] ?? 1_000);
const cuts = Number(process.env['LANPEER_STREAM_CUTS'] ?? 50);
const chunk = 1_048_576;
/** A cut takes a second or two until the next session is there. */
const limitMs = Math.max(600_000, cuts * 4_000);

/** The TCP sockets of this process. */
const sockets = new Set<Socket>();
const opened = (message: unknown): void => {
  const { socket } = message as { readonly socket: Socket };
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
};
const channels = ['net.client.socket', 'net.server.socket'];

afterEach(() => {
  for (const channel of channels) unsubscribe(channel, opened);
});

/** Different in every place, and quick to make. */
function createSource(): (no: number) => Uint8Array {
  const block = randomBytes(chunk);
  return (no) => {
    const bytes = Buffer.from(block);
    bytes.writeUInt32LE(no);
    return bytes;
  };
}

async function send(stream: PeerStream, count: number): Promise<string> {
  const hash = createHash('sha256');
  const source = createSource();
  const writer = stream.writable.getWriter();
  for (let no = 0; no < count; no += 1) {
    const bytes = source(no);
    hash.update(bytes);
    await writer.write(bytes);
  }
  await writer.close();
  return hash.digest('hex');
}

test.each<[readonly Via[], number, number]>([
  [['tls'], megabytes, cuts],
  // Where the session is gone, the link goes on with the stream, and the next session takes over from it.
  [['webrtc', 'tls'], Math.ceil(megabytes / 5), Math.ceil(cuts / 5)],
])(
  'a stream over %j of %d MB arrives whole over %d cuts of every socket',
  async (transports, size, times) => {
    for (const channel of channels) subscribe(channel, opened);
    const { lower: a, higher: b } = await startPair({ transports });
    await connect(a, b);
    const received = Promise.withResolvers<string>();
    const count = Math.ceil((size * 1e6) / chunk);
    let cut = 0;
    b.acceptStream('file', async ({ readable }) => {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const part of readable) {
        hash.update(part);
        bytes += part.byteLength;
        if (cut < times && bytes > ((cut + 1) * count * chunk) / (times + 1) && sockets.size > 0) {
          for (const socket of sockets) socket.destroy();
          cut += 1;
        }
      }
      received.resolve(hash.digest('hex'));
    });
    const stream = await a.openStream(b.id, 'file');
    const sent = await send(stream, count);
    expect(await received.promise).toBe(sent);
    expect(cut).toBe(times);
    expect(stream.sent).toEqual({ written: count * chunk, read: count * chunk });
  },
  limitMs,
);
