import type { Socket } from 'node:net';
import { limits } from '../../limits.ts';

/** The TCP connections of a page server. */
export interface LocalSockets {
  /** A connection came; it has shown no key yet. */
  add(socket: Socket): void;
  /** It has shown a key. */
  recognise(socket: Socket): void;
}

/**
 * Any user of this machine can open connections, and more than there is room for. So one more takes the place of
 * another that has shown no key, chosen by chance: the owner always gets in, and a connection that shows its key stays.
 */
export function createLocalSockets(random: () => number = Math.random): LocalSockets {
  const unknown = new Set<Socket>();
  const known = new Set<Socket>();

  function limit(sockets: Set<Socket>, last: Socket): void {
    if (sockets.size <= limits.inspector.connections) return;
    const others = [...sockets].filter((socket) => socket !== last);
    const dropped = others[Math.floor(random() * others.length)];
    if (!dropped) return;
    sockets.delete(dropped);
    dropped.destroy();
  }

  return {
    add(socket) {
      unknown.add(socket);
      socket.once('close', () => {
        unknown.delete(socket);
        known.delete(socket);
      });
      limit(unknown, socket);
    },
    recognise(socket) {
      if (!unknown.delete(socket)) return;
      known.add(socket);
      limit(known, socket);
    },
  };
}
