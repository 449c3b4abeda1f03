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

/** Seconds: the least time-out of a retransmission, as TCP stacks have it; a lost datagram on a LAN is not worth a second. */
const leastRto = 0.3;

/**
 * First retransmission after 300 ms instead of 3 s, later ones after the measured round trip but at least that, where
 * RFC 9260 proposes 1 s; and no throw from a timer that is started twice.
 */
export function retransmitSoon(sctp: Sctp): void {
  const start = sctp.timer1Start;
  const update = sctp.updateRto;
  sctp.rto = leastRto;
  sctp.timer1Start = (chunk) => {
    sctp.timer1Cancel();
    return start.call(sctp, chunk);
  };
  sctp.updateRto = (roundTrip) => {
    update.call(sctp, roundTrip);
    const measured = (sctp.srtt ?? leastRto) + 4 * (sctp.rttvar ?? 0);
    sctp.rto = Math.min(sctp.rto, Math.max(leastRto, measured));
  };
}
