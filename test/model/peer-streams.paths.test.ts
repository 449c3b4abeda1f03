import { describe, expect, it } from 'vitest';
import { asLanpeerError } from '../../src/errors.ts';
import type { LanpeerNode, PeerStream } from '../../src/index.ts';
import { peerPaths } from '../../src/testing/index.ts';

/** A stream that its program writes a little to now and then. */
interface Log {
  readonly stream: PeerStream;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  written: number;
  end: string | undefined;
}

/** Keeps a stream open to its peer while that is connected, and counts what comes over those that the peer opens. */
function createLogger(node: LanpeerNode) {
  const logs: Log[] = [];
  const ends: string[] = [];
  let opening = false;
  let received = 0;

  const live = (): readonly Log[] => logs.filter(({ end }) => end === undefined);

  async function open(id: string): Promise<void> {
    opening = true;
    try {
      const stream = await node.openStream(id, 'log');
      const log: Log = { stream, writer: stream.writable.getWriter(), written: 0, end: undefined };
      logs.push(log);
      log.writer.closed.catch((thrown: unknown) => {
        log.end = asLanpeerError(thrown, 'ERR_INTERNAL').code;
        ends.push(log.end);
      });
    } catch {
      // It is gone again.
    } finally {
      opening = false;
    }
  }

  node.connections$.subscribe(({ id, state }) => {
    // In a microtask: the end of the stream before may be told after the new link.
    if (state === 'connected') queueMicrotask(() => !opening && live().length === 0 && void open(id));
  });
  node.acceptStream('log', async ({ readable }) => {
    received = 0;
    for await (const { byteLength } of readable) received += byteLength;
  });
  node.respond('received', () => received);
  node.errors$.subscribe(() => undefined);
  return { live, ends };
}

describe('a program that writes to a stream in every state', () => {
  it.each(peerPaths().map((path) => [path.description, path] as const))('%s', async (_, path) => {
    await path.run({
      start: createLogger,
      startPeer: createLogger,
      states: {
        async connected({ live }, { node, peerId }) {
          const [log, ...others] = live();
          expect(others).toEqual([]);
          if (!log) throw new Error('no stream is open to a peer that is connected');
          await log.writer.write(new Uint8Array(1_000));
          log.written += 1_000;
          let received: unknown;
          for (let tries = 0; tries < 20 && received !== log.written; tries += 1)
            received = await node.request(peerId, 'received', null);
          expect(received).toBe(log.written);
        },
        closed({ live }) {
          expect(live()).toEqual([]);
        },
      },
      always({ ends }) {
        expect(ends.filter((code) => code !== 'ERR_STREAM_LOST')).toEqual([]);
      },
    });
  });
});
