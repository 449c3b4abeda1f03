import { randomInt } from 'node:crypto';
import type { Sctp } from './internals.ts';

/**
 * Sets an initial TSN after which all TSNs of a link have ten digits: werift's receiver sorts chunks that are out of
 * order by their TSN as text, and stops for good when a chunk is lost where the number of digits changes. The random
 * range stays 30 bits wide.
 */
export function setTenDigitTsn(sctp: Sctp): void {
  const initialTsn = 1_000_000_000 + randomInt(2 ** 30);
  sctp.localTsn = initialTsn;
  sctp.reconfigRequestSeq = initialTsn;
  sctp.lastSackedTsn = initialTsn - 1;
  sctp.advancedPeerAckTsn = initialTsn - 1;
}
