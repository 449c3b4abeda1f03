import type { Socket } from 'node:net';
import type { Clock, Random } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import { isLoopback } from '../../../util/loopback.ts';
import { SlotPool } from './slot-pool.ts';

export interface PendingSocketListener {
  /** The socket has a slot: its TLS handshake may begin. */
  readonly onSlot: () => void;
  /** The socket was destroyed: there is no room for it, or it takes too long or sends too much. */
  readonly onRejected: () => void;
}

/** Sockets that are not authenticated yet: which of them have a slot, which wait for one, which are rejected. */
export interface UnauthenticatedSockets {
  /** The socket gets a slot after {@link firstRecordReceived}, or is rejected. */
  add(socket: Socket, listener: PendingSocketListener): void;
  /** Its first TLS record is whole: it asks for a slot. */
  firstRecordReceived(socket: Socket): void;
  /** TLS is up, or the WebSocket is: the next step has its own time. */
  handshakeDone(socket: Socket): void;
  /** Its peer is authenticated: the limits no longer hold for it. */
  authenticated(socket: Socket): void;
  /** Destroys all of them. */
  stop(): void;
  /** Sockets that have a slot, and sockets that have none. */
  readonly active: number;
  readonly pending: number;
}

export interface UnauthenticatedSocketsDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** True for addresses at which a peer was proven before. */
  readonly isProvenAddress: (address: string) => boolean;
}

/**
 * The caps of `limits.unauthenticated`. Loopback and addresses of proven peers share a pool of their own, without a cap per
 * address: neither can sockets of unknown addresses lock the peers of a node out, nor those of proven ones a newcomer.
 */
export function createUnauthenticatedSockets(deps: UnauthenticatedSocketsDeps): UnauthenticatedSockets {
  const { clock, random, isProvenAddress } = deps;
  const { socketsPerAddress, perSecond, exemptPerSecond, sweepMs } = limits.unauthenticated;
  const common = new SlotPool({ clock, random, perAddress: socketsPerAddress, perSecond });
  const exempt = new SlotPool({
    clock,
    random,
    perAddress: Number.POSITIVE_INFINITY,
    perSecond: exemptPerSecond,
  });
  const pools = [common, exempt];
  let timer: unknown;

  const isEmpty = (): boolean => pools.every(({ active, pending }) => active + pending === 0);

  function startSweep(): void {
    if (timer !== undefined || isEmpty()) return;
    timer = clock.setTimeout(() => {
      timer = undefined;
      // Time by which this process is late itself counts against no socket.
      for (const pool of pools) pool.sweep(sweepMs);
      startSweep();
    }, sweepMs);
  }

  function remove(socket: Socket): void {
    for (const pool of pools) if (pool.remove(socket)) return;
  }

  return {
    add(socket, listener) {
      const address = socket.remoteAddress ?? '';
      socket.once('close', () => remove(socket));
      const pool = isLoopback(address) || isProvenAddress(address) ? exempt : common;
      pool.add({ socket, address, ...listener });
      startSweep();
    },
    firstRecordReceived(socket) {
      for (const pool of pools) pool.requestSlot(socket);
    },
    handshakeDone(socket) {
      for (const pool of pools) pool.stepDone(socket);
    },
    authenticated: remove,
    stop() {
      clock.clearTimeout(timer);
      timer = undefined;
      for (const pool of pools) pool.stop();
    },
    get active() {
      return common.active + exempt.active;
    },
    get pending() {
      return common.pending + exempt.pending;
    },
  };
}
