import type { Clock } from '../../../environment.ts';
import { bindAlone } from './guard-bind.ts';
import { capFragments, handleInOrder } from './guard-handshake.ts';
import { dropUnsafeRecords } from './guard-records.ts';
import { retransmitFlights } from './guard-retransmit.ts';
import { beginInTenDigits, capAcknowledgements, capWindow, receiveOnly, retransmitSoon } from './guard-sctp.ts';
import { keepKeys } from './guard-speed.ts';
import { checkAtOnce, startAtOnce } from './guard-start.ts';
import { askNoStunServer, hearOnlyPeer } from './guard-stun.ts';
import type { Internals } from './internals.ts';

export interface GuardOptions {
  /** True if a STUN server was configured. */
  readonly hasStunServer: boolean;
  /** Stream of the one channel. */
  readonly stream: number;
  readonly clock: Clock;
  /** Whether requests of the peer that come from there are answered; default: all are. */
  readonly accepts?: (address: string, port: number) => boolean;
  readonly record: (bytes: Buffer) => void;
  /** The other side sends more than it was allowed to. */
  readonly overrun: () => void;
}

/**
 * Puts every guard on one connection, before it gathers candidates. Returns the function that is to be called when it
 * is closed.
 */
export function installGuards({ dtls, ice, sctp }: Internals, options: GuardOptions): () => void {
  const { hasStunServer, clock } = options;
  let closed = false;
  let stopRetransmission = (): void => undefined;

  // Without a STUN server of its own werift falls back on a public one, also beside a TURN server.
  if (!hasStunServer) askNoStunServer(ice);
  bindAlone(ice);
  hearOnlyPeer(ice, options.accepts);
  checkAtOnce(ice);
  startAtOnce(dtls, (socket) => {
    stopRetransmission = retransmitFlights(socket, clock);
    // ICE that completes while it is closed starts DTLS all the same.
    if (closed) stopRetransmission();
    handleInOrder(socket);
    capFragments(socket);
    dropUnsafeRecords(socket);
    keepKeys(socket);
  });
  beginInTenDigits(sctp);
  retransmitSoon(sctp);
  capWindow(sctp);
  capAcknowledgements(sctp);
  receiveOnly(sctp, options);

  return () => {
    closed = true;
    stopRetransmission();
  };
}
