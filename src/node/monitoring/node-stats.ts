import type { DiscoveryStats } from '../../api/devices.ts';
import type { NodeStats } from '../../api/stats.ts';
import type { NodeCounters } from './node-counters.ts';

const noDiscovery: DiscoveryStats = { packets: 0, dropped: 0, malformed: 0, refused: 0, interfaces: {} };

export interface NodeStatsInputs extends Pick<NodeStats, 'connections' | 'signallingSessions' | 'groups' | 'peers'> {
  readonly counters: NodeCounters;
  /** Undefined without discovery. */
  readonly discovery: DiscoveryStats | undefined;
}

export function nodeStatsOf({
  counters,
  discovery,
  connections,
  signallingSessions,
  groups,
  peers,
}: NodeStatsInputs): NodeStats {
  const { bytesSent, bytesReceived, streams, refused, refusedMessages, notices, ...messages } = counters;
  return {
    connections,
    signallingSessions,
    messages: { ...messages, refused: refusedMessages },
    bytes: { sent: bytesSent, received: bytesReceived },
    streams: streams.stats(),
    groups,
    refused: { ...refused },
    discovery: discovery ?? noDiscovery,
    notices: { ...notices },
    peers,
  };
}
