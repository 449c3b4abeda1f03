import type { DiscoveryStats } from '../../api/devices.ts';
import type { NodeStats } from '../../api/stats.ts';
import type { NodeCounters } from './node-counters.ts';

const noDiscovery: DiscoveryStats = { packets: 0, dropped: 0, malformed: 0, refused: 0, interfaces: {} };

export interface NodeStatsInputs extends Pick<NodeStats, 'connections' | 'signallingSessions' | 'peers'> {
  readonly counters: NodeCounters;
  /** Undefined without discovery. */
  readonly discovery: DiscoveryStats | undefined;
}

export function nodeStatsOf({
  counters,
  discovery,
  connections,
  signallingSessions,
  peers,
}: NodeStatsInputs): NodeStats {
  const { bytesSent, bytesReceived, streams, refused, notices, ...messages } = counters;
  return {
    connections,
    signallingSessions,
    messages,
    bytes: { sent: bytesSent, received: bytesReceived },
    streams: streams.stats(),
    refused: { ...refused },
    discovery: discovery ?? noDiscovery,
    notices: { ...notices },
    peers,
  };
}
