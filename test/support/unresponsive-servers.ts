import { createServer, type Server, type Socket } from 'node:net';

/** TCP servers at several addresses of loopback and one port, which take every connection and never answer. */
export interface BlackHole {
  readonly port: number;
  /** Connections taken so far. */
  readonly taken: number;
  /** The most that stayed open together: one that is replaced at once does not count beside its successor. */
  readonly mostOpen: number;
  close(): Promise<void>;
}

/** A server hears of the new connection and of the end of the old one in any order. */
const settleMs = 50;

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound ? bound.port : 0);
    });
  });
}

export async function openBlackHole(addresses: readonly string[]): Promise<BlackHole> {
  const open = new Set<Socket>();
  const servers: Server[] = [];
  let taken = 0;
  let mostOpen = 0;
  let port = 0;
  for (const address of addresses) {
    const server = createServer((socket) => {
      taken += 1;
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      socket.on('error', () => undefined);
      socket.resume();
      setTimeout(() => {
        mostOpen = Math.max(mostOpen, open.size);
      }, settleMs).unref();
    });
    port = await listen(server, address, port);
    servers.push(server);
  }
  return {
    port,
    get taken() {
      return taken;
    },
    get mostOpen() {
      return mostOpen;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
