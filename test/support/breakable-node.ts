import { ephemeralIdentity, tlsSignalling, weriftTransport } from '../../src/adapters/index.ts';
import type { Transport, TransportListener } from '../../src/adapters/transport/port.ts';
import { tlsTransport } from '../../src/adapters/transport/tls.ts';
import { LanpeerError } from '../../src/errors.ts';
import type { LanpeerNode, NodeOptions } from '../../src/index.ts';
import { guardCallbacks } from '../../src/node/options/callbacks.ts';
import { parseOptions } from '../../src/node/options/options.ts';
import { assembleNode } from '../../src/node/runtime/assemble.ts';

/** A real node on loopback, without discovery, whose links can be broken from outside. */
export interface BreakableNode {
  readonly node: LanpeerNode;
  /** Every link that is open goes down, as if its transport had failed; signalling goes on. False if there was none. */
  breakLinks(): boolean;
}

export function makeBreakableNode(options: Pick<NodeOptions, 'access'> & Partial<NodeOptions>): BreakableNode {
  const config = guardCallbacks(parseOptions({ discovery: false, ...options }));
  const { clock, access } = config;
  const addresses = ['127.0.0.1'];
  const open = new Set<() => void>();

  function breakable(transport: Transport): Transport {
    return {
      ...transport,
      open({ listener, ...link }) {
        let over = false;
        const guarded: TransportListener = {
          signal: (body) => over || listener.signal(body),
          negotiated: () => over || listener.negotiated(),
          open() {
            if (over) return;
            open.add(fail);
            listener.open();
          },
          record: (bytes) => over || listener.record(bytes),
          drain: () => over || listener.drain(),
          down: (error) => over || listener.down(error),
        };
        const opened = transport.open({ ...link, listener: guarded });
        function fail(): void {
          open.delete(fail);
          if (over) return;
          over = true;
          // What is on its way, in both directions, is lost with it.
          void opened.close();
          listener.down(new LanpeerError('ERR_TRANSPORT', 'The test broke the link.'));
        }
        return {
          signal: (body) => opened.signal(body),
          send: (record) => opened.send(record),
          get bufferedAmount() {
            return opened.bufferedAmount;
          },
          close() {
            over = true;
            open.delete(fail);
            return opened.close();
          },
        };
      },
    };
  }

  const node = assembleNode(config, {
    identity: ephemeralIdentity({ clock }),
    signalling: ({ identity, greet, proven }) =>
      tlsSignalling({ identity, addresses, port: 0, access, greet, proven, clock }),
    discovery: null,
    addresses: () => [],
    networkSignature: () => '',
    observe: async () => (await import('../../src/inspector/index.ts')).createObserver,
    announce: null,
    load: null,
    transports: new Map(
      [weriftTransport({ addresses: () => addresses, iceServers: [], clock }), tlsTransport()].map((transport) => [
        transport.via,
        breakable(transport),
      ]),
    ),
  });
  return {
    node: node as LanpeerNode,
    breakLinks() {
      const any = open.size > 0;
      for (const fail of [...open]) fail();
      return any;
    },
  };
}
