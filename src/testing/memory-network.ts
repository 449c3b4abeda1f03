import { isIPv4 } from 'node:net';
import type { Advertisement } from '../adapters/discovery/advertisements.ts';
import { createMemoryDiscoveryNetwork } from '../adapters/discovery/memory.ts';
import { ephemeralIdentity } from '../adapters/identity/ephemeral.ts';
import type { IdentityStore } from '../adapters/identity/port.ts';
import { createMemorySignallingNetwork } from '../adapters/signalling/memory/memory-signalling.ts';
import { createMemoryTransportNetwork } from '../adapters/transport/memory.ts';
import type { MessageMap, MessageTypes } from '../api/messages.ts';
import type { LanpeerNode } from '../api/node.ts';
import type { NodeOptions } from '../api/options.ts';
import type { PropertyMap } from '../api/peers.ts';
import type { MessageSchemas, SchemaInput, SchemaOutput } from '../api/schemas.ts';
import { type Clock, type Random, systemClock } from '../environment.ts';
import { guardCallbacks } from '../node/options/callbacks.ts';
import { optionNames, parseOptions } from '../node/options/options.ts';
import { assembleNode } from '../node/runtime/assemble.ts';
import { describe } from '../validation/describe.ts';
import { optionError, readOptions, timeoutOption } from '../validation/options.ts';
import { adaptersOn, type Place } from './memory-adapters.ts';

export interface MemoryNetworkOptions {
  /** Time of the network and of every node on it; default: the machine's own. */
  readonly clock?: Clock;
  /** Random numbers of the network and of every node on it; default: always 0.5. */
  readonly random?: Random;
  /** From one node to another; 1 ms by default. */
  readonly delayMs?: number;
  /** What passes, is late or is lost; default: everything passes at once. */
  readonly conditions?: NetworkConditions;
}

/** Records of WebRTC links, frames of signalling sessions, mDNS packets. */
export type Traffic = 'link' | 'signalling' | 'mdns';

/** Decides about everything that is sent, by the addresses of the two hosts; asked each time. */
export interface NetworkConditions {
  /** Whether that passes now. Links and sessions keep what does not until {@link MemoryNetwork.wake}. */
  passes(kind: Traffic, from: string, to: string): boolean;
  /** So many ms more for a record of a WebRTC link, or a frame of a session; what comes behind it waits. */
  lateMs(kind: Traffic, from: string, to: string): number;
  /** After how many ms more each copy of an mDNS packet arrives; none: it is lost. */
  copies(from: string, to: string): readonly number[];
}

/** Options of `createNode` that mean something without sockets. */
export interface MemoryNodeOptions
  extends Omit<NodeOptions, 'stateDir' | 'interfaces' | 'iceServers' | 'clock' | 'random'> {
  /** The same store for two nodes, one after the other: the second is the first, started again. Default: a new one. */
  readonly identity?: IdentityStore;
  /** IPv4 address of its host; default: one of its own. */
  readonly address?: string;
  /** Time of this node; default: that of the network. */
  readonly clock?: Clock;
}

/** Any node that this network made. */
type AnyNode = Pick<LanpeerNode, 'id' | 'name' | 'port'>;

/** Nodes that reach each other without sockets, and what can go wrong between them. */
export interface MemoryNetwork {
  /** As `createNode` of `lanpeer`: the real machines, authentication, seal and delivery over adapters in memory. */
  createNode<const Schemas extends MessageSchemas>(
    options: MemoryNodeOptions & { readonly messages: Schemas },
  ): LanpeerNode<SchemaInput<Schemas>, PropertyMap, SchemaOutput<Schemas>>;
  createNode<Messages extends MessageTypes<Messages> = MessageMap>(options: MemoryNodeOptions): LanpeerNode<Messages>;
  /** Where `connect` finds a node that runs. */
  addressOf(node: AnyNode): { readonly address: string; readonly port: number; readonly id: string };
  /** Nothing passes between the two, and neither is notified. */
  cut(one: AnyNode, other: AnyNode): void;
  /** No WebRTC link between the two carries anything, as where a firewall drops UDP; all else passes. */
  blockWebrtc(one: AnyNode, other: AnyNode): void;
  /** Undoes {@link cut} and {@link blockWebrtc} between the two, or every cut. */
  heal(one?: AnyNode, other?: AnyNode): void;
  /** Links and signalling sessions between the two break, and both notice. */
  drop(one: AnyNode, other: AnyNode): void;
  /** Links between the two break, and both notice; signalling goes on. */
  dropLinks(one: AnyNode, other: AnyNode): void;
  /**
   * As when the process of the node is killed: its sockets are reset, and it reaches no other node any more. By `power` the host
   * itself is gone, without even a reset. The node still has to be stopped, unless its own clock stands still for ever.
   */
  kill(node: AnyNode, by?: 'process' | 'power'): void;
  /** That arrives by mDNS at every node, as if sent from that address. */
  forge(advertisement: Advertisement, source: string): void;
  /** Asks {@link NetworkConditions.passes} again about all that it held back. */
  wake(): void;
  /** Ends of links, and wires of signalling, that are open. */
  readonly open: { readonly links: number; readonly wires: number };
}

const hostOf = (name: string): string => name.split('#', 1)[0] ?? name;

/** Every node has an address of its own out of TEST-NET-2 (RFC 5737), unless it is given one. */
const addressOfNumber = (count: number): string => `198.51.${100 + Math.floor(count / 254)}.${1 + (count % 254)}`;

/** The conditions for what is sent between nodes, which share the name of their host; without any everything passes at once. */
function betweenHosts(conditions: NetworkConditions | undefined) {
  const passes = (kind: Traffic) => (from: string, to: string) =>
    conditions?.passes(kind, hostOf(from), hostOf(to)) ?? true;
  const lateMs = (kind: Traffic) => (from: string, to: string) =>
    conditions?.lateMs(kind, hostOf(from), hostOf(to)) ?? 0;
  const copies = (from: string, to: string) => (passes('mdns')(from, to) ? (conditions?.copies(from, to) ?? [0]) : []);
  return { passes, lateMs, copies };
}

export function createMemoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const read = readOptions('options', options, ['clock', 'random', 'delayMs', 'conditions']) as MemoryNetworkOptions;
  const { clock = systemClock, random = () => 0.5, delayMs = 1, conditions } = read;
  if (timeoutOption('delayMs', delayMs) === Number.POSITIVE_INFINITY)
    throw optionError('delayMs: what takes for ever does not arrive.');
  const common = { clock, random, delayMs };
  const { passes, lateMs, copies } = betweenHosts(conditions);
  const discoveries = createMemoryDiscoveryNetwork({ ...common, copies });
  const signallings = createMemorySignallingNetwork({
    ...common,
    passes: passes('signalling'),
    lateMs: lateMs('signalling'),
  });
  const transports = createMemoryTransportNetwork({ ...common, passes: passes('link'), lateMs: lateMs('link') });
  const places = new Map<AnyNode, Place>();

  function find(node: AnyNode): Place {
    const place = places.get(node);
    if (!place) throw new TypeError(`The node ${node.name} is not of this network.`);
    return place;
  }

  return {
    createNode<Messages extends MessageTypes<Messages>>(given: MemoryNodeOptions) {
      const read = readOptions('options', given, [...optionNames, 'identity', 'address']);
      const { identity, address = addressOfNumber(places.size), ...asked } = read as Partial<MemoryNodeOptions>;
      if (typeof address !== 'string' || !isIPv4(address))
        throw optionError(`address: ${describe(address)} is not an IPv4 address.`);
      const place: Place = { address, name: `${address}#${places.size}`, discovery: undefined };
      const config = guardCallbacks(parseOptions({ clock, ...asked, random }));
      const node = assembleNode<Messages>(config, {
        identity: identity ?? ephemeralIdentity({ clock: config.clock }),
        ...adaptersOn({ discoveries, signallings, transports }, place, config),
      });
      places.set(node, place);
      return node;
    },
    addressOf: (node) => ({ address: find(node).address, port: node.port, id: node.id }),
    cut(one, other) {
      discoveries.cut(find(one).address, find(other).address);
      signallings.cut(one.id, other.id);
      transports.cut(find(one).name, find(other).name);
    },
    blockWebrtc: (one, other) => transports.cut(find(one).name, find(other).name),
    heal(one, other) {
      if (one && other) {
        discoveries.heal(find(one).address, find(other).address);
        signallings.heal(one.id, other.id);
        transports.heal(find(one).name, find(other).name);
      } else {
        discoveries.heal();
        signallings.heal();
        transports.heal();
      }
    },
    drop(one, other) {
      transports.takeDown(find(one).name, find(other).name);
      signallings.drop(one.id, other.id);
    },
    dropLinks: (one, other) => transports.takeDown(find(one).name, find(other).name),
    kill(node, by = 'process') {
      const { name, discovery } = find(node);
      if (discovery) discoveries.kill(discovery);
      transports.kill(name);
      if (by === 'process') signallings.kill(node.id);
      else signallings.vanish(node.id);
    },
    forge: discoveries.forge,
    wake() {
      transports.wake();
      signallings.wake();
    },
    get open() {
      return { links: transports.open, wires: signallings.open };
    },
  };
}
