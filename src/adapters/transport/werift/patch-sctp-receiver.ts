import { limits } from '../../../limits.ts';
import type { Sctp } from './internals.ts';

/** Payload protocol identifier of binary data (RFC 8831 section 8). */
const binary = 53;
const { chunksAhead, overrunBytes } = limits.webrtc;

export interface ReceiverOptions {
  /** Stream of the one channel; data on other streams is dropped. */
  readonly stream: number;
  readonly onRecord: (bytes: Buffer) => void;
  /** The other side sends more than it was allowed to. */
  readonly onOverrun: () => void;
}

/**
 * Takes the place of werift's own receiver: unknown payload types, acknowledgements of unknown channels and malformed
 * chunks throw there outside of every catch, which ends the process. The channel is negotiated, so that there is no
 * channel protocol (RFC 8832) to speak and everything but its binary data can be dropped. werift does not enforce the
 * window that it announces: what is kept of unfinished messages is capped here.
 */
export function replaceReceiver(sctp: Sctp, { stream, onRecord, onOverrun }: ReceiverOptions): void {
  sctp.onReceive.allUnsubscribe();
  sctp.onReceive.subscribe((id, protocol, bytes) => {
    if (id === stream && protocol === binary && bytes.length > 0) onRecord(bytes);
  });
  sctp.transport.onData = (datagram) => {
    if (sctp.advertisedRwnd < -overrunBytes || sctp.sackMisOrdered.size > chunksAhead) onOverrun();
    // What cannot be parsed is dropped, as a lost packet is.
    else sctp.handleData(datagram).catch(() => undefined);
  };
}
