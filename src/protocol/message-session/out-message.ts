import { bodyBytes, writeFirst, writeMore, writeWhole } from '../frame-bodies.ts';
import type { MessageKind } from '../frame-types.ts';
import { type Payload, SegmentedPayload } from '../payload.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { Fragment, OutJob } from './send-scheduler.ts';

/**
 * `delivered`: its handlers there have settled. `unsent`: it certainly did not arrive whole. `unknown`: it may have
 * arrived; an acknowledgement can be lost with the process.
 */
export type DeliveryOutcome = 'delivered' | 'unsent' | 'unknown';

/** A message to send. `settle` is called once; for calls `delivered` means that they arrived. */
export interface OutMessage {
  readonly of: MessageKind;
  /** One byte or more. */
  readonly payload: Payload;
  readonly settle: (outcome: DeliveryOutcome) => void;
  /** Memory of the payload was lent, and is gone: what is not sent yet goes as zeros, or nothing of it goes. */
  readonly lost?: () => void;
  /** Bytes that the other side has; for messages of more than one fragment. */
  readonly progress?: ((received: number) => void) | undefined;
}

/** It, while it is sent. */
export interface Job extends OutJob {
  readonly message: OutMessage;
  payload: Payload;
  isSettled: boolean;
}

export const isReceived = (job: Job | undefined): boolean =>
  job !== undefined && job.received === job.payload.byteLength;

/** Bytes of a fragment as a frame. */
export const sizeOf = ({ job: { slot, payload }, from, to }: Fragment<Job>): number =>
  bodyBytes({ from, to, slot, total: payload.byteLength });

/** False where memory of these bytes was lent, and is found to be gone: once for each message. */
export const isIntact = ({ payload, message }: Job, from: number, to: number): boolean =>
  !(payload instanceof SegmentedPayload) || payload !== message.payload || payload.isIntact(from, to);

/** From now on zeros go in the place of what was lent, which is not read any more. */
export function zero(job: Job): void {
  if (job.payload instanceof SegmentedPayload) job.payload = job.payload.zeroed();
}

export function write(into: RecordBuffer, { job, from, to }: Fragment<Job>): void {
  const { of, payload, slot } = job;
  const isWhole = to - from === payload.byteLength;
  const part = isWhole && payload instanceof Uint8Array ? payload : payload.subarray(from, to);
  if (isWhole) writeWhole(into, of, part);
  else if (from === 0) writeFirst(into, of, slot, payload.byteLength, part);
  else writeMore(into, of !== 'volatile', slot, part);
}
