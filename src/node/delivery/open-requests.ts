import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Shares } from '../../protocol/shares.ts';

/** Requests of peers, each open until the session has accepted its answer; what it holds, until that has its fate. */
export interface OpenRequests {
  /** Throws `ERR_PROTOCOL` if the peer may have no more open, `ERR_BUSY` if too many of its sessions before still are. */
  admit(from: DeviceId): void;
  enter(from: DeviceId): OpenRequest;
  /** Those that are open are of a session that is over: the next one may have as many. */
  renew(from: DeviceId): void;
}

export interface OpenRequest {
  /** The request waits, and holds so many bytes. Throws `ERR_BUSY` where there is no room for them. */
  hold(bytes: number): void;
  /** It holds so many from now on, room or not: what is there must not be lost. */
  change(bytes: number): void;
  /** It holds nothing any more. */
  release(): void;
  /** It is not open any more. */
  leave(): void;
}

interface Desk {
  /** Of the session that is. */
  book: { open: number };
  /** Of all. */
  open: number;
}

const { calls, overheadBytes } = limits.messages;

export function createOpenRequests(shares: Shares | undefined): OpenRequests {
  const desks = new Map<DeviceId, Desk>();

  return {
    admit(from) {
      const desk = desks.get(from);
      if (!desk) return;
      if (desk.book.open >= calls)
        throw new LanpeerError('ERR_PROTOCOL', `The other end has more than ${calls} requests open.`);
      if (desk.open >= 2 * calls)
        throw new LanpeerError('ERR_BUSY', 'Requests of the sessions before wait for their answers.');
    },
    enter(from) {
      const desk = desks.get(from) ?? { book: { open: 0 }, open: 0 };
      desks.set(from, desk);
      const { book } = desk;
      desk.open += 1;
      book.open += 1;
      let isOpen = true;
      let held = 0;
      function release(): void {
        if (held > 0) shares?.give(from, held);
        held = 0;
      }
      return {
        hold(bytes) {
          const needed = bytes + overheadBytes;
          if (shares && !shares.take(from, needed)) throw new LanpeerError('ERR_BUSY');
          held = needed;
        },
        change(bytes) {
          release();
          held = bytes + overheadBytes;
          shares?.add(from, held);
        },
        release,
        leave() {
          if (!isOpen) return;
          isOpen = false;
          book.open -= 1;
          desk.open -= 1;
          if (desk.open === 0) desks.delete(from);
        },
      };
    },
    renew(from) {
      const desk = desks.get(from);
      if (desk) desk.book = { open: 0 };
    },
  };
}
