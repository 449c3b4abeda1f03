import type { Message } from '../../api/messages.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { type MessageHead, scanMessage, type Unread } from '../../protocol/message.ts';
import { createQueue } from '../../protocol/queue.ts';
import type { Shares } from '../../protocol/shares.ts';
import { ownBytes } from './copy-bytes.ts';
import { createDecoding, type Decoded, type Decoding } from './decoding.ts';

/** Messages of one peer on their way to the handlers: one at a time, in order, whatever becomes of the link. */
export interface Inbox {
  /**
   * Throws if a message of so many bytes may not come now: `ERR_PROTOCOL` if the other side ignores the window, `ERR_BUSY`
   * if what the messages of all peers hold leaves no room for it.
   */
  admit(bytes: number): void;
  /** Throws what {@link admit} throws, and `ERR_PROTOCOL` if the message is not ours. */
  take(payload: Uint8Array, handled: () => void): void;
  /** The same for one that may be dropped: false if it was. */
  takeVolatile(payload: Uint8Array): boolean;
  /** Throws `ERR_BUSY` while too much of a session that is over waits. */
  renew(): void;
  readonly size: number;
}

export interface InboxOptions {
  /** Most values in a message. */
  readonly items?: number;
  /** Memory of messages that wait. */
  readonly shares?: Shares;
  readonly decoding?: Decoding;
  /** A message was not ours, which shows only when it is decoded: it is not handed over. */
  readonly refused?: (error: unknown) => void;
}

interface Entry {
  readonly unread: Unread<MessageHead>;
  /** It waits no more: takes it off the books. */
  readonly turn: () => void;
  /** Its bytes are not needed any more. */
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

const { inbound, inboundBytes, largeBytes, overheadBytes } = limits.messages;
const nothing = (): void => undefined;
const openBook = (): Book => ({ messages: 0, bytes: 0, large: 0 });
const everything: Shares = { fits: () => true, take: () => true, add: nothing, give: nothing, used: 0 };

/** @param hand Gives a message to the program; undefined if its handlers have settled already. */
export function createInbox(
  senderId: DeviceId,
  hand: (message: Message) => Promise<void> | undefined,
  options: InboxOptions = {},
): Inbox {
  const { items = limits.messages.items, shares = everything, decoding = createDecoding() } = options;
  const { refused = nothing } = options;
  const queue = createQueue<Entry>();
  let book = openBook();
  let volatiles = openBook();
  /** Messages of all its sessions, but volatile ones. */
  let waiting = 0;
  let busy = false;

  function give({ unread, leave }: Entry, { data, release }: Decoded): Promise<void> | undefined {
    leave();
    // One message of a peer is with the program, and may be for as long as it likes: nobody else's waits for that.
    release();
    return hand({ ...unread.head, data, senderId });
  }

  /** Decodes a message and gives it to the program; undefined if all of that is done. */
  function pass(entry: Entry): Promise<void> | undefined {
    const drop = (thrown: unknown): undefined => {
      entry.leave();
      refused(thrown);
    };
    let decoded: Decoded | Promise<Decoded>;
    try {
      decoded = decoding.decode(entry.unread, senderId);
    } catch (thrown) {
      return drop(thrown);
    }
    return decoded instanceof Promise ? decoded.then((later) => give(entry, later), drop) : give(entry, decoded);
  }

  function work(): void {
    if (busy) return;
    busy = true;
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const { handled, turn } = entry;
      turn();
      const settled = pass(entry);
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

  /** False if there is no room for it. */
  function add(payload: Uint8Array, into: Book, handled: () => void, mayDrop = false): boolean {
    // What is handed over at once needs no memory of its own.
    const unread = scanMessage(busy ? ownBytes(payload) : payload, items);
    const { byteLength } = payload;
    const held = byteLength + overheadBytes;
    if (!shares.take(senderId, held)) return false;
    const weigh = (sign: 1 | -1): void => {
      into.messages += sign;
      if (!mayDrop) waiting += sign;
      if (byteLength > largeBytes) into.large += sign;
      else into.bytes += sign * byteLength;
    };
    weigh(1);
    queue.push({ unread, turn: () => weigh(-1), leave: () => shares.give(senderId, held), handled });
    work();
    return true;
  }

  function refuseBusy(): never {
    throw new LanpeerError('ERR_BUSY', 'The messages of all peers that wait for their handlers leave no room for it.');
  }

  function admit(bytes: number): void {
    if (isFull(book)) throw new LanpeerError('ERR_PROTOCOL', 'The other end sends more than its window allows.');
    if (!shares.fits(senderId, bytes + overheadBytes)) refuseBusy();
  }

  return {
    admit,
    take(payload, handled) {
      admit(payload.byteLength);
      if (!add(payload, book, handled)) refuseBusy();
    },
    takeVolatile(payload) {
      return !isFull(volatiles) && add(payload, volatiles, nothing, true);
    },
    renew() {
      // What is left of the session before, and of those before that.
      if (waiting > inbound)
        throw new LanpeerError('ERR_BUSY', 'Messages of the session before wait for their handlers.');
      book = openBook();
      volatiles = openBook();
    },
    get size() {
      return queue.size;
    },
  };
}
