import { limits } from '../../../limits.ts';
import type { Sctp, SctpChunk } from './internals.ts';

const data = 0;
const headerBytes = 12;

/**
 * Puts the SACK that is due in front of the data that leaves meanwhile (RFC 9260 section 6.2), where werift sends a packet
 * for each: the answer to a ping, or to a request, acknowledges it.
 */
export function bundleSacks(sctp: Sctp): void {
  const send = sctp.sendChunk;
  let taken: { chunk?: Pick<SctpChunk, 'bytes'> } | undefined;

  function takeSack(): Buffer {
    taken = {};
    void sctp.sendSack();
    const { chunk } = taken;
    taken = undefined;
    // werift does the same, but some turns later, when it may have sent another one.
    sctp.sackNeeded = false;
    sctp.sackImmediate = false;
    sctp.sackPacketCount = 0;
    return chunk?.bytes ?? Buffer.alloc(0);
  }

  sctp.sendChunk = async (chunk) => {
    if (taken) {
      taken.chunk = chunk;
      return;
    }
    if (!sctp.sackNeeded || (chunk as SctpChunk).type !== data) return send.call(sctp, chunk);
    const sack = takeSack();
    const bytes = chunk.bytes;
    if (headerBytes + sack.byteLength + bytes.byteLength <= limits.webrtc.mtu)
      return send.call(sctp, { bytes: Buffer.concat([sack, bytes]) });
    await send.call(sctp, { bytes: sack });
    await send.call(sctp, chunk);
  };
}
