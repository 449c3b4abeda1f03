import type { SignallingSession } from '../../../src/adapters/signalling/port.ts';
import { tlsTransport } from '../../../src/adapters/transport/tls.ts';
import type { TransportPair } from '../../../src/testing/compliance/transport-pair.ts';

/** TLS transports whose links go over these two ends of one session; once a session: its generations only grow. */
export function tlsPair(near: SignallingSession, far: SignallingSession): TransportPair {
  let generation = 0;
  return {
    offerer: tlsTransport(),
    answerer: tlsTransport(),
    remoteAddress: '127.0.0.1',
    carriers() {
      generation += 1;
      const of = generation;
      return [(listener) => near.carry(of, listener), (listener) => far.carry(of, listener)];
    },
  };
}
