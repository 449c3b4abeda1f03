import { createMemoryDiscoveryNetwork } from '../adapters/discovery/memory.ts';
import { ephemeralIdentity } from '../adapters/identity/ephemeral.ts';
import type { IdentityStore } from '../adapters/identity/port.ts';
import { createMemorySignallingNetwork } from '../adapters/signalling/memory.ts';
import { createMemoryTransportNetwork } from '../adapters/transport/memory.ts';
import { tlsTransport } from '../adapters/transport/tls.ts';
import type { LanpeerNode, MessageMap, MessageTypes, NodeOptions } from '../api.ts';
import { type Clock, type Random, systemClock } from '../environment.ts';
import { assembleNode } from '../node/assemble.ts';
import { parseOptions } from '../node/options.ts';

export interface MemoryNetworkOptions {
  /** Time of the network and of every node on it; default: the machine's own. */
  readonly clock?: Clock;
  /** Chance of the network and of every node on it; default: always the middle. */
  readonly random?: Random;
  /** From one node to another; 1 ms by default. */
  readonly delayMs?: number;
}

/** Options of `createNode` that mean something without sockets. */
export interface MemoryNodeOptions
  extends Omit<NodeOptions, 'stateDir' | 'interfaces' | 'iceServers' | 'clock' | 'random'> {
  /** The same store for two nodes, one after the other: the second is the first, started again. Default: a new one. */
  readonly identity?: IdentityStore;
}

/** Any node that this network made. */
type AnyNode = Pick<LanpeerNode, 'id' | 'name' | 'port'>;

/** Nodes that reach each other without sockets, and what can go wrong between them. */
export interface MemoryNetwork {
  /** As `createNode` of `lanpeer`: the real machines, authentication, seal and delivery over adapters in memory. */
  createNode<Messages extends MessageTypes<Messages> = MessageMap>(options: MemoryNodeOptions): LanpeerNode<Messages>;
  /** Where `connect` finds a node that runs. */
  addressOf(node: AnyNode): { readonly address: string; readonly port: number; readonly id: string };
  /** Nothing passes between the two, and neither is told. */
  cut(one: AnyNode, other: AnyNode): void;
  /** No WebRTC link between the two carries anything, as where a firewall drops UDP; all else passes. */
  blockWebrtc(one: AnyNode, other: AnyNode): void;
  /** Undoes {@link cut} and {@link blockWebrtc} between the two, or every cut. */
  heal(one?: AnyNode, other?: AnyNode): void;
  /** Links and signalling sessions between the two break, and both notice. */
  drop(one: AnyNode, other: AnyNode): void;
  /** Links between the two break, and both notice; signalling goes on. */
  dropLinks(one: AnyNode, other: AnyNode): void;
  /** As when the process of the node is killed: for the others it is gone, without a word. It still has to be stopped. */
  kill(node: AnyNode): void;
  /** Ends of links, and wires of signalling, that are open. */
  readonly open: { readonly links: number; readonly wires: number };
}

/** Every node has an address of its own out of TEST-NET-2 (RFC 5737), which is also its name on the transport. */
const addressOfNumber = (count: number): string => `198.51.${100 + Math.floor(count / 254)}.${1 + (count % 254)}`;

export function createMemoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const { clock = systemClock, random = () => 0.5, delayMs = 1 } = options;
  const common = { clock, random, delayMs };
  const discoveries = createMemoryDiscoveryNetwork(common);
  const signallings = createMemorySignallingNetwork(common);
  const transports = createMemoryTransportNetwork(common);
  const addresses = new Map<AnyNode, string>();
  const dead = new Set<AnyNode>();

  function find(node: AnyNode): string {
    const address = addresses.get(node);
    if (address === undefined) throw new TypeError(`The node ${node.name} is not of this network.`);
    return address;
  }

  function silence(node: AnyNode): void {
    const address = find(node);
    discoveries.cut(address);
    for (const other of addresses.values()) if (other !== address) transports.cut(address, other);
  }

  return {
    createNode<Messages extends MessageTypes<Messages>>({ identity, ...asked }: MemoryNodeOptions) {
      const address = addressOfNumber(addresses.size);
      const config = parseOptions({ ...asked, clock, random });
      const node = assembleNode<Messages>(config, {
        identity: identity ?? ephemeralIdentity({ clock }),
        signalling: ({ identity: { id }, greet }) =>
          signallings.signalling({ id, address, port: config.port, access: config.access, greet }),
        discovery: config.discovery ? () => discoveries.discovery(address) : null,
        transports: new Map([transports.transport(address), tlsTransport()].map((one) => [one.via, one])),
      });
      addresses.set(node, address);
      return node;
    },
    addressOf: (node) => ({ address: find(node), port: node.port, id: node.id }),
    cut(one, other) {
      discoveries.cut(find(one), find(other));
      signallings.cut(one.id, other.id);
      transports.cut(find(one), find(other));
    },
    blockWebrtc: (one, other) => transports.cut(find(one), find(other)),
    heal(one, other) {
      if (one && other) {
        discoveries.heal(find(one), find(other));
        signallings.heal(one.id, other.id);
        transports.heal(find(one), find(other));
      } else {
        discoveries.heal();
        signallings.heal();
        transports.heal();
        for (const node of dead) silence(node);
      }
    },
    drop(one, other) {
      transports.takeDown(find(one), find(other));
      signallings.drop(one.id, other.id);
    },
    dropLinks: (one, other) => transports.takeDown(find(one), find(other)),
    kill(node) {
      dead.add(node);
      silence(node);
      signallings.kill(node.id);
    },
    get open() {
      return { links: transports.open, wires: signallings.open };
    },
  };
}
