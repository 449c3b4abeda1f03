import type { Sctp } from './internals.ts';

/** Payload protocol identifier of binary data (RFC 8831 section 8). */
const binary = 53;

export interface SctpGuard {
  /** Stream of our one channel; whatever comes on others is dropped. */
  readonly stream: number;
  readonly record: (bytes: Buffer) => void;
  readonly violation: (thrown: unknown) => void;
}

/**
 * Takes the place of werift's own receiver: unknown payload types, acknowledgements of unknown channels and malformed
 * chunks throw there outside of every catch, which ends the process. Our channel is negotiated, so that there is no
 * channel protocol (RFC 8832) to speak and everything but its binary data can be dropped.
 */
export function receiveOnly(sctp: Sctp, { stream, record, violation }: SctpGuard): void {
  sctp.onReceive.allUnsubscribe();
  sctp.onReceive.subscribe((id, protocol, bytes) => {
    if (id === stream && protocol === binary && bytes.length > 0) record(bytes);
  });
  sctp.transport.onData = (datagram) => {
    sctp.handleData(datagram).catch(violation);
  };
}

/** First retransmission after 300 ms instead of 3 s, and no throw from a timer that is started twice. */
export function retransmitSoon(sctp: Sctp): void {
  const start = sctp.timer1Start;
  sctp.rto = 0.3;
  sctp.timer1Start = (chunk) => {
    sctp.timer1Cancel();
    return start.call(sctp, chunk);
  };
}
