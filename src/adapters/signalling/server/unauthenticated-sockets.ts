import type { Socket } from 'node:net';
import type { Clock, Random } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import { isLoopback } from '../../../util/loopback.ts';
import { createFairPool } from './slot-pool.ts';

/** Sockets that are not authenticated yet: who may come in, who waits, who is sent away. */
export interface Strangers {
  /** Lets the socket in by `enter` once it is {@link ready} and has a slot, or destroys it and calls `refuse`. */
  admit(socket: Socket, enter: () => void, refuse: () => void): void;
  /** It has said what its TLS handshake begins with: it asks for a slot. */
  ready(socket: Socket): void;
  /** TLS is up, or the WebSocket is: this one is not merely holding a slot. */
  hurryNoMore(socket: Socket): void;
  /** The socket is authenticated; it is no stranger any more. */
  release(socket: Socket): void;
  /** Ends all of them. */
  stop(): void;
  readonly size: number;
  readonly waiting: number;
}

/**
 * The caps of `limits.strangers`. Loopback and addresses of proven peers have a room of their own, without a cap per
 * address: neither can strangers lock the peers of a node out, nor whoever is at such an address a newcomer.
 */
export function createStrangers(clock: Clock, proven: (address: string) => boolean, random: Random): Strangers {
  const { socketsPerAddress, perSecond, favouredPerSecond, sweepMs } = limits.strangers;
  const common = createFairPool({ clock, random, perAddress: socketsPerAddress, perSecond });
  const favoured = createFairPool({
    clock,
    random,
    perAddress: Number.POSITIVE_INFINITY,
    perSecond: favouredPerSecond,
  });
  const pools = [common, favoured];
  let timer: unknown;

  const isEmpty = (): boolean => pools.every(({ size, waiting }) => size + waiting === 0);

  function arm(): void {
    if (timer !== undefined || isEmpty()) return;
    timer = clock.setTimeout(() => {
      timer = undefined;
      // Time by which this process is late itself counts against nobody.
      for (const pool of pools) pool.sweep(sweepMs);
      arm();
    }, sweepMs);
  }

  function leave(socket: Socket): void {
    for (const pool of pools) if (pool.leave(socket)) return;
  }

  return {
    admit(socket, enter, refuse) {
      const address = socket.remoteAddress ?? '';
      socket.once('close', () => leave(socket));
      (isLoopback(address) || proven(address) ? favoured : common).admit({ socket, address, enter, refuse });
      arm();
    },
    ready(socket) {
      for (const pool of pools) pool.ready(socket);
    },
    hurryNoMore(socket) {
      for (const pool of pools) pool.progress(socket);
    },
    release: leave,
    stop() {
      clock.clearTimeout(timer);
      timer = undefined;
      for (const pool of pools) pool.stop();
    },
    get size() {
      return common.size + favoured.size;
    },
    get waiting() {
      return common.waiting + favoured.waiting;
    },
  };
}
