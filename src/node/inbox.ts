import type { Message } from '../api.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { decodeMessage } from '../protocol/message.ts';

/** Messages of one peer on their way to the handlers: one at a time, in order, whatever becomes of the link. */
export interface Inbox {
  /** Throws `ERR_PROTOCOL` if the message is not ours or the other side ignores the window. */
  take(payload: Uint8Array, handled: () => void): void;
  readonly size: number;
}

interface Entry {
  readonly message: Message;
  readonly bytes: number;
  readonly handled: () => void;
}

/** @param hand Gives a message to the program; undefined if its handlers have settled already. */
export function createInbox(senderId: DeviceId, hand: (message: Message) => Promise<void> | undefined): Inbox {
  const queue: Entry[] = [];
  let busy = false;
  let bytes = 0;

  function work(): void {
    if (busy) return;
    busy = true;
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const { message, handled } = entry;
      bytes -= entry.bytes;
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

  return {
    take(payload, handled) {
      const { type, data, timestamp } = decodeMessage(payload);
      if (queue.length >= limits.messages.inbound || bytes > limits.messages.queuedBytes)
        throw new LanpeerError('ERR_PROTOCOL', 'The other end sends more than its window allows.');
      queue.push({ message: { type, data, senderId, timestamp }, bytes: payload.byteLength, handled });
      bytes += payload.byteLength;
      work();
    },
    get size() {
      return queue.length;
    },
  };
}
