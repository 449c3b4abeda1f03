import { limits } from '../../../limits.ts';
import type { Sctp } from './internals.ts';

const { ackBlocks, chunksAhead } = limits.webrtc;

/**
 * Drops acknowledgements (SACK) with many or wide gap ack blocks (RFC 9260 section 3.3.4): they would keep werift, and
 * the event loop, busy for seconds.
 */
export function capGapBlocks(sctp: Sctp): void {
  const receive = sctp.receiveSackChunk;
  sctp.receiveSackChunk = async (chunk) => {
    if (chunk.gaps.length > ackBlocks || chunk.gaps.some(([, end]) => end > chunksAhead)) return;
    await receive.call(sctp, chunk);
  };
}
