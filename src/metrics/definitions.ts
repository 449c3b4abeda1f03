import type { NodeStats, PeerStats } from '../api/stats.ts';
import type { Collector, Value } from './collector.ts';

/** A metric that is read at a scrape. */
export interface Definition<Of> {
  /** Without the prefix. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  /** Labels beside `node`. */
  readonly labels?: readonly string[];
  read(of: Of): Iterable<Value>;
}

const one =
  (kind: 'counter' | 'gauge') =>
  <Of>(name: string, help: string, read: (of: Of) => number): Definition<Of> => ({
    name,
    help,
    kind,
    read: (of) => [[read(of)]],
  });
const [counter, gauge] = [one('counter'), one('gauge')];

const by = <Key extends string>(label: Key, counts: Readonly<Record<string, number>>): readonly Value[] =>
  Object.entries(counts).map(([key, count]) => [count, { [label]: key }]);

const queued = (peers: NodeStats['peers'], of: keyof PeerStats['queued']): number =>
  Object.values(peers).reduce((sum, peer) => sum + peer.queued[of], 0);

/** Interfaces that are in use, and have that figure. */
const byInterface = (
  { interfaces }: NodeStats['discovery'],
  read: (stats: NodeStats['discovery']['interfaces'][string]) => number | null,
): readonly Value[] =>
  Object.entries(interfaces).flatMap(([name, stats]): Value[] => {
    const value = stats.addresses.length > 0 ? read(stats) : null;
    return value === null ? [] : [[value, { interface: name }]];
  });

/** What is known of a node at a scrape. */
export type NodeInputs = NodeStats & { readonly collector: Collector };

export const nodeDefinitions: readonly Definition<NodeInputs>[] = [
  {
    name: 'connections',
    help: 'Connections by state.',
    kind: 'gauge',
    labels: ['state'],
    read: ({ connections }) => by('state', connections),
  },
  gauge(
    'signalling_sessions',
    'Authenticated signalling sessions that are open.',
    ({ signallingSessions: sessions }) => sessions,
  ),
  counter('messages_sent_total', 'Messages accepted from the program.', ({ messages }) => messages.sent),
  counter('messages_delivered_total', 'Messages whose handlers have settled.', ({ messages }) => messages.delivered),
  counter('messages_undelivered_total', 'Messages unsent or unknown.', ({ messages }) => messages.undelivered),
  counter('messages_received_total', 'Messages given to the program.', ({ messages }) => messages.received),
  counter(
    'messages_invalid_total',
    'Messages, requests and answers that did not fit their schema.',
    ({ messages }) => messages.invalid,
  ),
  counter('messages_unhandled_total', 'Messages that no handler took.', ({ messages }) => messages.unhandled),
  counter('messages_dropped_total', 'Volatile messages that came too fast.', ({ messages }) => messages.dropped),
  counter(
    'messages_refused_total',
    'Messages to groups that this node was not in.',
    ({ messages }) => messages.refused,
  ),
  counter('handler_errors_total', 'Callbacks of the program that threw.', ({ messages }) => messages.handlerErrors),
  counter('sent_bytes_total', 'Bytes of records sent on links.', ({ bytes }) => bytes.sent),
  counter('received_bytes_total', 'Bytes of records received on links.', ({ bytes }) => bytes.received),
  gauge('streams', 'Byte streams that are open.', ({ streams }) => streams.open),
  counter('streams_opened_total', 'Byte streams opened here.', ({ streams }) => streams.opened),
  counter('streams_accepted_total', 'Byte streams of peers that a handler took.', ({ streams }) => streams.accepted),
  counter('streams_refused_total', 'Byte streams of peers that no handler took.', ({ streams }) => streams.refused),
  counter('stream_sent_bytes_total', 'Bytes of streams that programs at peers read.', ({ streams }) => streams.sent),
  counter('stream_received_bytes_total', 'Bytes of streams that this program read.', ({ streams }) => streams.received),
  gauge('groups', 'Groups that this node is in.', ({ groups }) => groups.joined),
  gauge('group_members', 'Peers in these groups; one in two of them counts twice.', ({ groups }) => groups.members),
  gauge('queued_messages', 'Messages and requests without an outcome yet.', ({ peers }) => queued(peers, 'messages')),
  gauge('queued_bytes', 'Bytes of their payloads.', ({ peers }) => queued(peers, 'bytes')),
  {
    name: 'refused_total',
    help: 'Refused sessions and links by code.',
    kind: 'counter',
    labels: ['code'],
    read: ({ refused }) => by('code', refused),
  },
  counter('discovery_packets_total', 'mDNS packets that came.', ({ discovery }) => discovery.packets),
  counter('discovery_dropped_total', 'mDNS packets over the limit of rates.', ({ discovery }) => discovery.dropped),
  counter('discovery_malformed_total', 'mDNS packets that are none.', ({ discovery }) => discovery.malformed),
  counter('discovery_refused_total', 'Devices over the limits of the table.', ({ discovery }) => discovery.refused),
  {
    name: 'discovery_interface_packets_total',
    help: 'mDNS packets of other machines, by interface.',
    kind: 'counter',
    labels: ['interface'],
    read: ({ discovery }) => byInterface(discovery, ({ packets }) => packets),
  },
  {
    name: 'discovery_interface_heard_timestamp_seconds',
    help: 'When the last of them came, since the epoch.',
    kind: 'gauge',
    labels: ['interface'],
    read: ({ discovery }) => byInterface(discovery, ({ heardAt }) => heardAt && heardAt / 1_000),
  },
  {
    name: 'discovery_interface_own_heard_timestamp_seconds',
    help: 'When the last mDNS packet of this machine itself came back, since the epoch.',
    kind: 'gauge',
    labels: ['interface'],
    read: ({ discovery }) => byInterface(discovery, ({ ownHeardAt }) => ownHeardAt && ownHeardAt / 1_000),
  },
  {
    name: 'notices_total',
    help: 'Notices of the surroundings that began, by code.',
    kind: 'counter',
    labels: ['code'],
    read: ({ notices }) => by('code', notices),
  },
  {
    name: 'connection_transitions_total',
    help: 'Transitions of connections: the state that was entered, and why.',
    kind: 'counter',
    labels: ['state', 'reason'],
    read: ({ collector }) => collector.transitions(),
  },
  counter(
    'connection_give_ups_total',
    'Connections that try no more until there is a reason.',
    ({ collector }) => collector.giveUps,
  ),
  {
    name: 'session_changes_total',
    help: 'What happened to sessions.',
    kind: 'counter',
    labels: ['change'],
    read: ({ collector }) => by('change', collector.sessions),
  },
  {
    name: 'errors_total',
    help: 'Non-fatal errors, by code.',
    kind: 'counter',
    labels: ['code'],
    read: ({ collector }) => by('code', collector.errors),
  },
];

/** A peer, and its smoothed round-trip time in ms where that was measured. */
export type PeerInputs = PeerStats & { readonly roundTripMs: number | null };

export const peerDefinitions: readonly Definition<PeerInputs>[] = [
  counter('peer_messages_sent_total', 'Messages accepted for a peer.', ({ messages }) => messages.sent),
  counter('peer_messages_received_total', 'Messages received from a peer.', ({ messages }) => messages.received),
  counter('peer_sent_bytes_total', 'Bytes of records sent to a peer.', ({ bytes }) => bytes.sent),
  counter('peer_received_bytes_total', 'Bytes of records received from a peer.', ({ bytes }) => bytes.received),
  gauge('peer_streams', 'Byte streams that are open with a peer.', ({ streams }) => streams.open),
  counter('peer_stream_sent_bytes_total', 'Bytes of streams that a peer read.', ({ streams }) => streams.sent),
  counter('peer_stream_received_bytes_total', 'Bytes of streams read from a peer.', ({ streams }) => streams.received),
  gauge(
    'peer_queued_messages',
    'Messages and requests to a peer without an outcome yet.',
    ({ queued }) => queued.messages,
  ),
  gauge('peer_queued_bytes', 'Bytes of their payloads.', ({ queued }) => queued.bytes),
  {
    name: 'peer_round_trip_seconds',
    help: 'Smoothed round-trip time of the link to a peer.',
    kind: 'gauge',
    read: ({ roundTripMs }) => (roundTripMs === null ? [] : [[roundTripMs / 1_000]]),
  },
];
