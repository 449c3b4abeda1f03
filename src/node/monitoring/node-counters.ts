import type { DeliveryOutcome } from '../../api/messages.ts';
import type { NoticeCode } from '../../api/notices.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import { StreamCounters } from './stream-counters.ts';

/** Counters of one node since it was made. */
export interface NodeCounters {
  sent: number;
  delivered: number;
  undelivered: number;
  received: number;
  invalid: number;
  unhandled: number;
  handlerErrors: number;
  dropped: number;
  /** Messages to groups that this node was not in. */
  refusedMessages: number;
  bytesSent: number;
  bytesReceived: number;
  readonly streams: StreamCounters;
  readonly refused: Partial<Record<LanpeerErrorCode, number>>;
  readonly notices: Partial<Record<NoticeCode, number>>;
}

export function createNodeCounters(): NodeCounters {
  return {
    sent: 0,
    delivered: 0,
    undelivered: 0,
    received: 0,
    invalid: 0,
    unhandled: 0,
    handlerErrors: 0,
    dropped: 0,
    refusedMessages: 0,
    bytesSent: 0,
    bytesReceived: 0,
    streams: new StreamCounters(),
    refused: {},
    notices: {},
  };
}

export function countRefusal(counters: Pick<NodeCounters, 'refused'>, code: LanpeerErrorCode): void {
  counters.refused[code] = (counters.refused[code] ?? 0) + 1;
}

export function countOutcome(counters: NodeCounters, outcome: DeliveryOutcome): void {
  if (outcome === 'delivered') counters.delivered += 1;
  else counters.undelivered += 1;
}
