import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import type { Target } from './target.ts';

/** A TCP path to the victim on which its peer decides how much of what the victim sends is read. */
export interface SlowPath {
  /** The victim, over this path. */
  readonly target: Target;
  /** What the victim sends stays in the buffers of the operating systems from now on, and then in its own. */
  stopReading(): void;
  /** Reads one byte more (after the first call: what was read for already). */
  readByte(): void;
  close(): void;
}

/** TLS ends at the member and at the victim: the path knows nothing of it. */
export async function openSlowPath(target: Target): Promise<SlowPath> {
  const [many, one] = [Buffer.alloc(65_536), Buffer.alloc(1)];
  let isStopped = false;
  const upstreams = new Set<ReturnType<typeof createConnection>>();
  const server = createServer((client) => {
    const upstream = createConnection({
      host: target.address,
      port: target.port,
      onread: {
        // The kernel hands over no more than there is room for.
        buffer: () => (isStopped ? one : many),
        callback(bytes, from) {
          client.write(Buffer.from(from.subarray(0, bytes)));
          return !isStopped;
        },
      },
    });
    upstreams.add(upstream);
    client.pipe(upstream);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    target: { ...target, address: '127.0.0.1', port },
    stopReading() {
      isStopped = true;
      for (const upstream of upstreams) upstream.pause();
    },
    readByte() {
      for (const upstream of upstreams) upstream.resume();
    },
    close() {
      server.close();
      for (const upstream of upstreams) upstream.destroy();
    },
  };
}
