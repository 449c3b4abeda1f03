import type { Socket } from 'node:net';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';

/** Sockets that are not authenticated yet: who may come in, who waits, who is sent away. */
export interface Strangers {
  /** Lets the socket in now or later by `enter`, or destroys it and calls `refuse`. */
  admit(socket: Socket, enter: () => void, refuse: () => void): void;
  /** TLS is up: this one is not merely holding a slot. */
  hurryNoMore(socket: Socket): void;
  /** The socket is authenticated; it is no stranger any more. */
  release(socket: Socket): void;
  /** Ends all of them. */
  stop(): void;
  readonly size: number;
  readonly waiting: number;
}

interface Guest {
  readonly address: string;
  readonly favoured: boolean;
  readonly enter: () => void;
  readonly refuse: () => void;
  since: number;
  handshaken: boolean;
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/**
 * The caps of `limits.strangers`. Loopback and addresses of proven peers are favoured: no cap per address, and some
 * slots that only they can take, so that strangers cannot lock the peers of a node out. Who is over a cap waits in a
 * queue before it is refused; while others wait, a socket that has not even finished TLS gives its slot up soon.
 */
export function createStrangers(clock: Clock, proven: (address: string) => boolean): Strangers {
  const { sockets, socketsPerAddress, reserved, waiting: room, timeMs, hurryMs, sweepMs, bytes } = limits.strangers;
  const inside = new Map<Socket, Guest>();
  const queue = new Map<Socket, Guest>();
  let timer: unknown;

  function fits({ address, favoured }: Guest): boolean {
    if (favoured) return inside.size < sockets;
    let same = 0;
    let common = 0;
    for (const guest of inside.values()) {
      if (guest.favoured) continue;
      common += 1;
      if (guest.address === address) same += 1;
    }
    return common < sockets - reserved && inside.size < sockets && same < socketsPerAddress;
  }

  function enter(socket: Socket, guest: Guest): void {
    queue.delete(socket);
    guest.since = clock.monotonic();
    inside.set(socket, guest);
    guest.enter();
  }

  function next(): void {
    for (const [socket, guest] of queue) if (fits(guest)) enter(socket, guest);
  }

  function sendAway(socket: Socket, guest: Guest): void {
    inside.delete(socket);
    queue.delete(socket);
    socket.destroy();
    guest.refuse();
  }

  function sweep(): void {
    timer = undefined;
    const now = clock.monotonic();
    for (const [socket, guest] of [...inside, ...queue]) {
      const age = now - guest.since;
      const idle = queue.size > 0 && !guest.handshaken && !guest.favoured && inside.has(socket) && age >= hurryMs;
      if (age >= timeMs || idle || socket.bytesRead > bytes) sendAway(socket, guest);
    }
    next();
    arm();
  }

  function arm(): void {
    if (timer === undefined && inside.size + queue.size > 0) timer = clock.setTimeout(sweep, sweepMs);
  }

  function leave(socket: Socket): void {
    inside.delete(socket);
    queue.delete(socket);
    next();
  }

  return {
    admit(socket, onEnter, refuse) {
      const address = socket.remoteAddress ?? '';
      const favoured = isLoopback(address) || proven(address);
      const guest: Guest = { address, favoured, enter: onEnter, refuse, since: clock.monotonic(), handshaken: false };
      socket.once('close', () => leave(socket));
      if (fits(guest)) enter(socket, guest);
      else if (queue.size < room) queue.set(socket, guest);
      else sendAway(socket, guest);
      arm();
    },
    hurryNoMore(socket) {
      const guest = inside.get(socket);
      if (guest) guest.handshaken = true;
    },
    release: leave,
    stop() {
      clock.clearTimeout(timer);
      timer = undefined;
      for (const socket of [...inside.keys(), ...queue.keys()]) socket.destroy();
      inside.clear();
      queue.clear();
    },
    get size() {
      return inside.size;
    },
    get waiting() {
      return queue.size;
    },
  };
}
