import { createSocket, type Socket } from 'node:dgram';

/**
 * A UDP socket that several programs may have on one port, and that no two of them share: a worker of node:cluster binds
 * it itself instead of getting one of the primary's, on which no second worker could join a group.
 */
export function createOwnSocket(): Socket {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const bind = socket.bind.bind(socket);
  // multicast-dns binds it, and names a port and an address.
  const bindAlone = (port?: number, address?: string, done?: () => void): Socket =>
    bind({ ...(port !== undefined && { port }), ...(address !== undefined && { address }), exclusive: true }, done);
  return Object.assign(socket, { bind: bindAlone });
}
