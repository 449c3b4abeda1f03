import { randomInt } from 'node:crypto';
import { limits } from '../../../limits.ts';
import type { Sctp } from './internals.ts';

/** Payload protocol identifier of binary data (RFC 8831 section 8). */
const binary = 53;
const shortestRtoSeconds = 0.3;
const { chunksAhead, overrunBytes, ackBlocks, windowBytes } = limits.webrtc;

export interface SctpGuard {
  /** Stream of our one channel; whatever comes on others is dropped. */
  readonly stream: number;
  readonly record: (bytes: Buffer) => void;
  /** The other side sends more than it was allowed to. */
  readonly overrun: () => void;
}

/**
 * Takes the place of werift's own receiver: unknown payload types, acknowledgements of unknown channels and malformed
 * chunks throw there outside of every catch, which ends the process. Our channel is negotiated, so that there is no
 * channel protocol (RFC 8832) to speak and everything but its binary data can be dropped. werift holds nobody to the
 * window that it announces: what is kept of unfinished messages is capped here.
 */
export function receiveOnly(sctp: Sctp, { stream, record, overrun }: SctpGuard): void {
  sctp.onReceive.allUnsubscribe();
  sctp.onReceive.subscribe((id, protocol, bytes) => {
    if (id === stream && protocol === binary && bytes.length > 0) record(bytes);
  });
  sctp.transport.onData = (datagram) => {
    if (sctp.advertisedRwnd < -overrunBytes || sctp.sackMisOrdered.size > chunksAhead) overrun();
    // What cannot be parsed is dropped, as a lost packet is.
    else sctp.handleData(datagram).catch(() => undefined);
  };
}

/** An acknowledgement with many wide gaps would keep the event loop busy for seconds (RFC 9260 section 3.3.4). */
export function capAcknowledgements(sctp: Sctp): void {
  const receive = sctp.receiveSackChunk;
  sctp.receiveSackChunk = async (chunk) => {
    if (chunk.gaps.length > ackBlocks || chunk.gaps.some(([, end]) => end > chunksAhead)) return;
    await receive.call(sctp, chunk);
  };
}

/** Retransmission after 300 ms at first and at least, instead of 3 s and 1 s: on a local network that is long. */
export function retransmitSoon(sctp: Sctp): void {
  const update = sctp.updateRto;
  sctp.rto = shortestRtoSeconds;
  sctp.updateRto = (sample) => {
    update.call(sctp, sample);
    const { srtt = 0, rttvar = 0 } = sctp;
    sctp.rto = Math.min(sctp.rto, Math.max(shortestRtoSeconds, srtt + 4 * rttvar));
  };
}

/** Keeps the congestion window under `limits.webrtc.windowBytes`: steadier, and a small record waits less. */
export function capWindow(sctp: Sctp): void {
  let cwnd = sctp.cwnd;
  Object.defineProperty(sctp, 'cwnd', {
    configurable: true,
    enumerable: true,
    get: () => cwnd,
    set(value: number) {
      cwnd = Math.min(value, windowBytes);
    },
  });
}

/**
 * Begins the numbers of our chunks where all have ten digits: werift's receiver sorts those that are out of order as
 * text and stops for good when one is lost where their length changes. The random range stays 30 bits wide.
 */
export function beginInTenDigits(sctp: Sctp): void {
  const first = 1_000_000_000 + randomInt(2 ** 30);
  sctp.localTsn = first;
  sctp.reconfigRequestSeq = first;
  sctp.lastSackedTsn = first - 1;
  sctp.advancedPeerAckTsn = first - 1;
}
