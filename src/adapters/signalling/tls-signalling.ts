import type { Random } from '../../environment.ts';
import type { Signalling } from './port.ts';
import { followAddresses } from './server/follow-addresses.ts';
import { createSignallingServer } from './server/server.ts';
import { createUnauthenticatedSockets } from './server/unauthenticated-sockets.ts';
import { SignallingEndpoint, type SignallingEndpointOptions } from './session/signalling-endpoint.ts';
import { dialWebSocket } from './web-socket/dial-web-socket.ts';
import { createEventLoopBudget } from './web-socket/event-loop-budget.ts';
import { reach } from './web-socket/reach.ts';
import { type Credentials, dialContext } from './web-socket/tls.ts';
import { webSocketWire } from './web-socket/web-socket-wire.ts';

export interface TlsSignallingOptions extends Omit<SignallingEndpointOptions, 'ownId'> {
  readonly identity: Credentials;
  /**
   * IP addresses of this machine to listen on. A function is asked again and again: addresses that are not there yet are
   * waited for, and those that it does not give any more are listened on no longer.
   */
  readonly addresses: readonly string[] | (() => readonly string[]);
  /** TCP port; 0 for any free one. */
  readonly port: number;
  /** Chooses which unauthenticated sockets are rejected where there is no room. Default: `Math.random`. */
  readonly random?: Random;
  /** True for addresses at which a peer was proven before. */
  readonly proven?: (address: string) => boolean;
}

/** Signalling over WebSocket (RFC 6455) and TLS 1.3 (RFC 8446) with Ed25519 certificates on both sides. */
export function tlsSignalling(options: TlsSignallingOptions): Signalling {
  const { identity, access, greet, clock, addresses } = options;
  const endpoint = new SignallingEndpoint({ ownId: identity.id, access, greet, clock });
  const context = dialContext(identity);
  const budget = createEventLoopBudget(clock);
  const stopping = new AbortController();
  const server = createSignallingServer({
    credentials: identity,
    unauthenticated: createUnauthenticatedSockets({
      clock,
      random: options.random ?? Math.random,
      isProvenAddress: options.proven ?? (() => false),
    }),
    decide({ id, exporter: secret, address, hello }) {
      const refusal = endpoint.activeRefusal(address, id);
      if (refusal) return { refusal, open: () => undefined };
      const admission = endpoint.admit({ id, secret, address }, hello);
      return { ...admission, open: (ws, authenticated) => admission.start(webSocketWire(ws, budget), authenticated) };
    },
    onRefused: (code, address, id) => endpoint.reportRefusal({ code, address, ...(id !== undefined && { id }) }),
  });

  return {
    async listen(listener) {
      const { signal } = stopping;
      const follow = { server, clock, signal, port: options.port, onError: listener.error };
      const port = await (typeof addresses === 'function'
        ? followAddresses({ ...follow, addresses })
        : server.listen(addresses, options.port));
      endpoint.setListener(listener, port);
      return { port };
    },

    async dial(target) {
      const signal = AbortSignal.any([target.signal, stopping.signal]);
      const { address } = target;
      return endpoint.dial({ ...target, signal }, async (helloTo) => {
        const { ws, proven, welcome } = await dialWebSocket({ ...target, signal }, context, clock, (peer) =>
          helloTo({ id: peer.id, secret: peer.exporter, address }),
        );
        return { wire: webSocketWire(ws, budget), id: proven.id, secret: proven.exporter, address, welcome };
      });
    },

    reach: (target) => reach({ ...target, signal: AbortSignal.any([target.signal, stopping.signal]) }, context, clock),

    setAccess: (access) => endpoint.setAccess(access),

    async close() {
      stopping.abort();
      // The server counts as closed when the sockets that it accepted are: those of sessions among them.
      await Promise.all([server.close(), endpoint.close()]);
    },
  };
}
