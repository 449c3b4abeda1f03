import { createServer, type Server, type Socket } from 'node:net';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';

/** TCP servers on one port of several addresses. */
export interface TcpListeners {
  /** Resolves with the port that it got. */
  add(address: string, port: number): Promise<number>;
  /** Sockets that the listener of that address accepted stay open. */
  remove(address: string): void;
  /** Resolves when every accepted socket is closed, too. */
  close(): Promise<void>;
}

export function createTcpListeners(onSocket: (socket: Socket) => void): TcpListeners {
  const servers = new Map<string, Server>();
  const closing = new Set<Promise<void>>();

  const close = (server: Server): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));

  return {
    add(host, port) {
      const server = createServer({ noDelay: true, highWaterMark: limits.unauthenticated.bytes }, onSocket);
      return new Promise((resolve, reject) => {
        server.once('error', (thrown: NodeJS.ErrnoException) => reject(listenError(thrown, host, port)));
        // Workers of node:cluster share their sockets otherwise, and what comes for one node goes to any.
        server.listen({ host, port, exclusive: true }, () => {
          server.removeAllListeners('error');
          server.on('error', () => undefined);
          servers.set(host, server);
          const bound = server.address();
          resolve(typeof bound === 'object' && bound ? bound.port : port);
        });
      });
    },
    remove(address) {
      const server = servers.get(address);
      servers.delete(address);
      if (!server) return;
      const closed: Promise<void> = close(server).finally(() => closing.delete(closed));
      closing.add(closed);
    },
    async close() {
      const all = [...servers.values()].map(close);
      servers.clear();
      await Promise.all([...all, ...closing]);
    },
  };
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): LanpeerError {
  if (cause.code === 'EADDRINUSE')
    return new LanpeerError('ERR_PORT_IN_USE', `Port ${port} of ${host} is taken: choose another, or 0 for any.`, {
      cause,
    });
  if (cause.code === 'EADDRNOTAVAIL')
    return new LanpeerError('ERR_INTERFACE_UNKNOWN', `No interface has the address ${host}.`, { cause });
  return new LanpeerError('ERR_LISTEN', `Cannot listen on ${host} port ${port}: ${cause.message}`, { cause });
}
