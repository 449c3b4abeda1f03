import type { Sctp } from './internals.ts';

const leastRtoSeconds = 0.3;

/** Retransmission after 300 ms at first and at least, instead of 3 s and 1 s: on a local network that is long. */
export function lowerRto(sctp: Sctp): void {
  const update = sctp.updateRto;
  sctp.rto = leastRtoSeconds;
  sctp.updateRto = (sample) => {
    update.call(sctp, sample);
    const { srtt = 0, rttvar = 0 } = sctp;
    sctp.rto = Math.min(sctp.rto, Math.max(leastRtoSeconds, srtt + 4 * rttvar));
  };
}
