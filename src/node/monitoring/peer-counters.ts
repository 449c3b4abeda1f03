import type { PeerStats } from '../../api/stats.ts';
import type { MessageKind } from '../../protocol/frame-types.ts';
import { StreamCounters } from './stream-counters.ts';

/** Counters of one peer; they live as long as its mailbox. Plain fields: every message passes here. */
export interface PeerCounters {
  sent: number;
  received: number;
  bytesSent: number;
  bytesReceived: number;
  readonly streams: StreamCounters;
  queued: number;
  queuedBytes: number;
}

export function createPeerCounters(): PeerCounters {
  return {
    sent: 0,
    received: 0,
    bytesSent: 0,
    bytesReceived: 0,
    streams: new StreamCounters(),
    queued: 0,
    queuedBytes: 0,
  };
}

/** A message or a request was accepted. No caller waits for an answer to be accepted: answers are not counted. */
export function countAccepted(peerCounters: PeerCounters, of: MessageKind, bytes: number): void {
  if (of === 'message' || of === 'volatile') peerCounters.sent += 1;
  else if (of !== 'request') return;
  peerCounters.queued += 1;
  peerCounters.queuedBytes += bytes;
}

/** It has its outcome. */
export function countSettled(peerCounters: PeerCounters, of: MessageKind, bytes: number): void {
  if (of === 'response' || of === 'failure') return;
  peerCounters.queued -= 1;
  peerCounters.queuedBytes -= bytes;
}

export function peerStatsOf({
  sent,
  received,
  bytesSent,
  bytesReceived,
  streams,
  queued,
  queuedBytes,
}: PeerCounters): PeerStats {
  return {
    messages: { sent, received },
    bytes: { sent: bytesSent, received: bytesReceived },
    streams: streams.stats(),
    queued: { messages: queued, bytes: queuedBytes },
  };
}
