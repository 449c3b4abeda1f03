import type { Socket } from 'node:net';
import { limits } from '../../../limits.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { RefusalCode } from '../../../protocol/greeting.ts';
import type { Credentials } from '../web-socket/tls.ts';
import { onFirstTlsRecord } from './first-tls-record.ts';
import { createTcpListeners } from './tcp-listeners.ts';
import type { UnauthenticatedSockets } from './unauthenticated-sockets.ts';
import { createUpgradeServer, plainAddress, type UpgradeServerOptions } from './upgrade-server.ts';

export interface SignallingServerOptions {
  readonly credentials: Credentials;
  readonly unauthenticated: UnauthenticatedSockets;
  readonly decide: UpgradeServerOptions['decide'];
  readonly onRefused: (code: RefusalCode, address: string, id?: DeviceId) => void;
}

export interface SignallingServer {
  /** On all of these addresses or on none. Resolves with the port. */
  listen(addresses: readonly string[], port: number): Promise<number>;
  /** Listens on one more address. Its sessions outlive {@link removeAddress}. Resolves with the port. */
  addAddress(address: string, port: number): Promise<number>;
  removeAddress(address: string): void;
  close(): Promise<void>;
}

interface Endpoint {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

const endpointOf = ({ remoteAddress, remotePort }: Endpoint): string => `${remoteAddress} ${remotePort}`;

/** TLS servers on one port of several addresses, with one limit on unauthenticated sockets. */
export function createSignallingServer(options: SignallingServerOptions): SignallingServer {
  const { unauthenticated, onRefused } = options;
  /** By remote endpoint: a TLS socket does not say which TCP socket it runs on. */
  const sockets = new Map<string, Socket>();
  const upgrades = createUpgradeServer({
    ...options,
    tcpSocketOf: (tls) => sockets.get(endpointOf(tls)),
    onHandshakeDone: unauthenticated.handshakeDone,
    onAuthenticated: unauthenticated.authenticated,
  });

  const listeners = createTcpListeners((socket) => {
    socket.on('error', () => socket.destroy());
    // It is closed already: there is no peer to refuse, nor an address to report.
    if (socket.remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    const endpoint = endpointOf(socket);
    const address = plainAddress(socket.remoteAddress);
    sockets.set(endpoint, socket);
    socket.once('close', () => sockets.delete(endpoint));
    unauthenticated.add(socket, {
      onSlot: () => upgrades.handle(socket),
      onRejected: () => onRefused('ERR_BUSY', address),
    });
    onFirstTlsRecord(socket, limits.unauthenticated.bytes, () => unauthenticated.firstRecordReceived(socket));
  });

  async function close(): Promise<void> {
    const closed = listeners.close();
    unauthenticated.stop();
    await closed;
  }

  return {
    async listen(addresses, port) {
      const [first = '127.0.0.1', ...others] = addresses;
      try {
        const bound = await listeners.add(first, port);
        for (const address of others) await listeners.add(address, bound);
        return bound;
      } catch (thrown) {
        await close();
        throw thrown;
      }
    },
    addAddress: listeners.add,
    removeAddress: listeners.remove,
    close,
  };
}
