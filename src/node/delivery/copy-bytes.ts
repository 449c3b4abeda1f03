import { type Payload, SegmentedPayload } from '../../protocol/payload.ts';

/** The same bytes in memory of their own: a part of a record would keep all of the record. */
export const ownBytes = (payload: Payload): Payload =>
  payload instanceof SegmentedPayload || payload.byteLength === payload.buffer.byteLength
    ? payload
    : new Uint8Array(payload);
