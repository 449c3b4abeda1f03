import type { Message } from '../api.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { decodeMessage } from '../protocol/message.ts';
import { createQueue } from '../protocol/queue.ts';

/** Messages of one peer on their way to the handlers: one at a time, in order, whatever becomes of the link. */
export interface Inbox {
  /** Throws `ERR_PROTOCOL` if the message is not ours or the other side ignores the window. */
  take(payload: Uint8Array, handled: () => void): void;
  /** The same for one that may be dropped: false if it was. */
  takeVolatile(payload: Uint8Array): boolean;
  /** Throws `ERR_BUSY` while too much of a session that is over waits. */
  renew(): void;
  readonly size: number;
}

interface Entry {
  readonly message: Message;
  /** Takes it off the books. */
  readonly leave: () => void;
  readonly handled: () => void;
}

/** What waits of one session. */
interface Book {
  messages: number;
  /** Bytes of those that are not large, and how many are. */
  bytes: number;
  large: number;
}

const { inbound, inboundBytes, largeBytes } = limits.messages;
const nothing = (): void => undefined;
const openBook = (): Book => ({ messages: 0, bytes: 0, large: 0 });

/** @param hand Gives a message to the program; undefined if its handlers have settled already. */
export function createInbox(senderId: DeviceId, hand: (message: Message) => Promise<void> | undefined): Inbox {
  const queue = createQueue<Entry>();
  let book = openBook();
  let volatiles = openBook();
  let busy = false;

  function work(): void {
    if (busy) return;
    busy = true;
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const { message, leave, handled } = entry;
      leave();
      const settled = hand(message);
      if (settled !== undefined) {
        void settled.then(() => {
          handled();
          busy = false;
          work();
        });
        return;
      }
      handled();
    }
    busy = false;
  }

  const isFull = ({ messages, bytes, large }: Book): boolean =>
    messages >= inbound || bytes > inboundBytes || large > 1;

  function add(payload: Uint8Array, into: Book, handled: () => void): void {
    const { type, data, timestamp } = decodeMessage(payload);
    const { byteLength } = payload;
    const weigh = (sign: 1 | -1): void => {
      into.messages += sign;
      if (byteLength > largeBytes) into.large += sign;
      else into.bytes += sign * byteLength;
    };
    weigh(1);
    queue.push({ message: { type, data, senderId, timestamp }, leave: () => weigh(-1), handled });
    work();
  }

  return {
    take(payload, handled) {
      if (isFull(book)) throw new LanpeerError('ERR_PROTOCOL', 'The other end sends more than its window allows.');
      add(payload, book, handled);
    },
    takeVolatile(payload) {
      if (isFull(volatiles)) return false;
      add(payload, volatiles, nothing);
      return true;
    },
    renew() {
      // The queue has what is left of the session before, and of those before that.
      if (queue.size > inbound)
        throw new LanpeerError('ERR_BUSY', 'Messages of the session before wait for their handlers.');
      book = openBook();
      volatiles = openBook();
    },
    get size() {
      return queue.size;
    },
  };
}
