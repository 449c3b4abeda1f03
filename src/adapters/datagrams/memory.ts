import { LanpeerError } from '../../errors.ts';
import type { DatagramListener, DatagramSource, OpenDatagrams } from './port.ts';

export interface MemoryDatagramsOptions {
  /** Whether that datagram arrives; default: each does. */
  readonly passes?: (from: string, to: string, bytes: number) => boolean;
  /** Why that host cannot send it; default: it can. */
  readonly errno?: (from: string, to: string, bytes: number) => string | null;
  /** Ports of a host that can be open; default: plenty. */
  readonly ports?: number;
}

/** Hosts whose datagrams arrive without sockets. */
export interface MemoryDatagramNetwork {
  /** What opens ports of the host with that address. */
  host(address: string): OpenDatagrams;
  /** Ports that are open. */
  readonly open: number;
}

const firstPort = 49_152;

const keyOf = ({ address, port }: DatagramSource): string => `${address} ${port}`;

export function createMemoryDatagramNetwork(options: MemoryDatagramsOptions = {}): MemoryDatagramNetwork {
  const { passes = () => true, errno = () => null, ports = 65_535 - firstPort } = options;
  const sockets = new Map<string, DatagramListener>();
  let last = 0;

  function portOf(address: string): number {
    for (let tried = 0; tried < ports; tried += 1) {
      last += 1;
      const port = firstPort + (last % ports);
      if (!sockets.has(keyOf({ address, port }))) return port;
    }
    throw new LanpeerError('ERR_LISTEN', `No UDP port of ${address} is free.`);
  }

  return {
    host: (address) => async (listener) => {
      const from = { address, port: portOf(address) };
      sockets.set(keyOf(from), listener);
      return {
        port: from.port,
        async send(bytes, to) {
          if (!sockets.has(keyOf(from))) return 'EBADF';
          const why = errno(address, to.address, bytes.byteLength);
          if (why !== null) return why;
          const copy = Uint8Array.from(bytes);
          if (passes(address, to.address, copy.byteLength))
            queueMicrotask(() => sockets.get(keyOf(to))?.datagram(copy, from));
          return null;
        },
        close: () => void sockets.delete(keyOf(from)),
      };
    },
    get open() {
      return sockets.size;
    },
  };
}
