import type { Clock } from '../../../environment.ts';
import type { Internals } from './internals.ts';
import { bindExclusively } from './patch-bind.ts';
import { capHandshakeFragments } from './patch-dtls-fragments.ts';
import { orderHandshakeMessages } from './patch-dtls-handshake.ts';
import { useKeyObjects } from './patch-dtls-keys.ts';
import { dropUnsafeRecords } from './patch-dtls-records.ts';
import { retransmitFlights } from './patch-dtls-retransmit.ts';
import { startDtlsAtOnce } from './patch-dtls-start.ts';
import { checkAllPairsAtOnce } from './patch-ice-checks.ts';
import { leaveConsentToHeartbeat } from './patch-ice-consent.ts';
import { capCongestionWindow } from './patch-sctp-cwnd.ts';
import { capGapBlocks } from './patch-sctp-gap-blocks.ts';
import { leaveHeartbeatToLink } from './patch-sctp-heartbeat.ts';
import { type ReceiverOptions, replaceReceiver } from './patch-sctp-receiver.ts';
import { lowerRto } from './patch-sctp-rto.ts';
import { bundleSacks } from './patch-sctp-sacks.ts';
import { setTenDigitTsn } from './patch-sctp-tsn.ts';
import { dropForeignRequests } from './patch-stun-requests.ts';
import { removeDefaultStunServer } from './patch-stun-server.ts';

export interface PatchOptions extends ReceiverOptions {
  /** True if a STUN server was configured. */
  readonly hasStunServer: boolean;
  readonly clock: Clock;
  /** Whether requests of the peer that come from there are answered; default: all are. */
  readonly accepts?: (address: string, port: number) => boolean;
}

/**
 * Applies every patch to one connection, before it gathers candidates. Returns the function that is to be called when
 * the connection is closed.
 */
export function applyPatches({ dtls, ice, sctp }: Internals, options: PatchOptions): () => void {
  const { hasStunServer, clock } = options;
  let closed = false;
  let stopRetransmission = (): void => undefined;

  // Without a STUN server of its own werift falls back on a public one, also beside a TURN server.
  if (!hasStunServer) removeDefaultStunServer(ice);
  bindExclusively(ice);
  dropForeignRequests(ice, options.accepts);
  checkAllPairsAtOnce(ice);
  leaveConsentToHeartbeat(ice);
  startDtlsAtOnce(dtls, (socket) => {
    stopRetransmission = retransmitFlights(socket, clock);
    // ICE that completes while it is closed starts DTLS all the same.
    if (closed) stopRetransmission();
    orderHandshakeMessages(socket);
    capHandshakeFragments(socket);
    dropUnsafeRecords(socket);
    useKeyObjects(socket);
  });
  setTenDigitTsn(sctp);
  lowerRto(sctp);
  capCongestionWindow(sctp);
  capGapBlocks(sctp);
  leaveHeartbeatToLink(sctp);
  bundleSacks(sctp);
  replaceReceiver(sctp, options);

  return () => {
    closed = true;
    stopRetransmission();
  };
}
