import type { MemoryDiscoveryNetwork } from '../adapters/discovery/memory.ts';
import type { Discovery } from '../adapters/discovery/port.ts';
import type { MemorySignallingNetwork } from '../adapters/signalling/memory/memory-signalling.ts';
import type { MemoryTransportNetwork } from '../adapters/transport/memory.ts';
import { tlsTransport } from '../adapters/transport/tls.ts';
import type { NodeAdapters } from '../node/adapters.ts';
import type { GuardedConfig } from '../node/options/callbacks.ts';

/** The networks in memory that a node is on. */
export interface MemoryNetworks {
  readonly discoveries: MemoryDiscoveryNetwork;
  readonly signallings: MemorySignallingNetwork;
  readonly transports: MemoryTransportNetwork;
}

/** Where a node is: the address of its host, its own name on the transport, and what announces it. */
export interface Place {
  readonly address: string;
  readonly name: string;
  discovery: Discovery | undefined;
}

/** What a node at that place reaches others by. */
export function adaptersOn(
  { discoveries, signallings, transports }: MemoryNetworks,
  place: Place,
  { port, clock, discovery }: GuardedConfig,
): Omit<NodeAdapters, 'identity'> {
  const { address, name } = place;
  return {
    signalling: ({ identity: { id }, access, greet }) =>
      signallings.signalling({ id, address, port, access, greet, clock }),
    discovery: discovery
      ? () => {
          place.discovery = discoveries.discovery(address, clock);
          return place.discovery;
        }
      : null,
    transports: new Map([transports.transport(name), tlsTransport()].map((one) => [one.via, one])),
    addresses: () => [address],
    networkSignature: () => '',
    observe: async () => (await import('../inspector/index.ts')).createObserver,
    announce: null,
    load: null,
  };
}
