import type { Message } from '../../api/messages.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { type MessageHead, scanMessage } from '../../protocol/message.ts';
import type { MemoryShares } from '../../protocol/message-session/memory-shares.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { Unread } from '../../protocol/payload-list.ts';
import { createQueue } from '../../util/queue.ts';
import { ownBytes } from './copy-bytes.ts';
import { DataDecoder, type Decoded, decodeSmall } from './data-decoder.ts';
import { QueueUsage } from './queue-usage.ts';

export interface InboxDeps {
  /** Delivers a message to the program; undefined if its handlers have settled already. */
  readonly deliver: (message: Message, groupNo?: number) => Promise<void> | undefined;
  /** A message was delivered, and its handlers have settled: calls that, at once by default. */
  readonly finish?: (handled: () => void) => void;
  /** A message broke the protocol, which shows only when it is decoded: it is not delivered. */
  readonly refused?: (error: unknown) => void;
  /** Memory of messages that wait. */
  readonly shares?: MemoryShares;
  readonly decoder?: DataDecoder;
}

export interface InboxOptions {
  /** Most values in a message. */
  readonly items?: number;
}

interface Entry {
  readonly unread: Unread<MessageHead>;
  readonly byteLength: number;
  /** Usage of the session that it came in. */
  readonly usage: QueueUsage;
  readonly isVolatile: boolean;
  readonly handled: () => void;
}

const { inbound, overheadBytes } = limits.messages;
const ignore = (): void => undefined;
const call = (handled: () => void): void => handled();
const unbounded: MemoryShares = { fits: () => true, acquire: () => true, add: ignore, release: ignore, used: 0 };

/** Messages of one peer on their way to the handlers: one at a time, in order, over any number of links. */
export class Inbox {
  readonly #senderId: DeviceId;
  readonly #deliver: InboxDeps['deliver'];
  readonly #finish: (handled: () => void) => void;
  readonly #refused: (error: unknown) => void;
  readonly #shares: MemoryShares;
  readonly #decoder: DataDecoder;
  readonly #items: number;
  readonly #queue = createQueue<Entry>();
  #usage = new QueueUsage();
  #volatileUsage = new QueueUsage();
  /** Messages of all its sessions, but volatile ones. */
  #waiting = 0;
  #isWorking = false;

  constructor(senderId: DeviceId, deps: InboxDeps, { items = limits.messages.items }: InboxOptions = {}) {
    this.#senderId = senderId;
    this.#deliver = deps.deliver;
    this.#finish = deps.finish ?? call;
    this.#refused = deps.refused ?? ignore;
    this.#shares = deps.shares ?? unbounded;
    this.#decoder = deps.decoder ?? new DataDecoder();
    this.#items = items;
  }

  get size(): number {
    return this.#queue.size;
  }

  /**
   * Throws if a message of so many bytes may not come now: `ERR_PROTOCOL` if the peer ignores the window, `ERR_BUSY` if
   * what the messages of all peers hold leaves no room for it.
   */
  admit(bytes: number): void {
    if (this.#usage.isFull) throw new LanpeerError('ERR_PROTOCOL', 'The other end sends more than its window allows.');
    if (!this.#shares.fits(this.#senderId, bytes + overheadBytes)) refuseBusy();
  }

  /** Throws what {@link admit} throws, and `ERR_PROTOCOL` if it is not a message. */
  receive(payload: Payload, handled: () => void): void {
    this.admit(payload.byteLength);
    if (!this.#take(payload, this.#usage, handled, false)) refuseBusy();
  }

  /** The same for one that may be dropped: false if it was. */
  receiveVolatile(payload: Payload): boolean {
    return !this.#volatileUsage.isFull && this.#take(payload, this.#volatileUsage, ignore, true);
  }

  /** A session begins. Throws `ERR_BUSY` while too much of those before it waits. */
  renew(): void {
    if (this.#waiting > inbound)
      throw new LanpeerError('ERR_BUSY', 'Messages of the session before wait for their handlers.');
    this.#usage = new QueueUsage();
    this.#volatileUsage = new QueueUsage();
  }

  /** False if there is no room for it. */
  #take(payload: Payload, usage: QueueUsage, handled: () => void, isVolatile: boolean): boolean {
    // What is delivered at once needs no memory of its own.
    const unread = scanMessage(this.#isWorking ? ownBytes(payload) : payload, this.#items);
    const { byteLength } = payload;
    if (!this.#isWorking && this.#decoder.isSmall(unread)) {
      if (!this.#shares.fits(this.#senderId, byteLength + overheadBytes)) return false;
      this.#isWorking = true;
      this.#settle(this.#processSmall(unread), handled);
      this.#work();
      return true;
    }
    if (!this.#shares.acquire(this.#senderId, byteLength + overheadBytes)) return false;
    usage.acquire(byteLength);
    if (!isVolatile) this.#waiting += 1;
    this.#queue.push({ unread, byteLength, usage, isVolatile, handled });
    this.#work();
    return true;
  }

  #work(): void {
    while (!this.#isWorking) {
      const entry = this.#queue.shift();
      if (!entry) return;
      const { usage, byteLength, isVolatile, handled } = entry;
      usage.release(byteLength);
      if (!isVolatile) this.#waiting -= 1;
      this.#isWorking = true;
      this.#settle(this.#process(entry), handled);
    }
  }

  /** The message that is worked at was delivered: its handlers have settled, or will with that promise. */
  #settle(pending: Promise<void> | undefined, handled: () => void): void {
    if (pending !== undefined) {
      void pending.then(() => {
        this.#settle(undefined, handled);
        this.#work();
      });
      return;
    }
    this.#finish(handled);
    this.#isWorking = false;
  }

  /** Nothing holds memory meanwhile. */
  #processSmall(unread: Unread<MessageHead>): Promise<void> | undefined {
    let data: unknown;
    try {
      data = decodeSmall(unread);
    } catch (error) {
      this.#refused(error);
      return undefined;
    }
    return this.#deliverData(unread, data);
  }

  /** Decodes a message and delivers it; undefined if all of that is done. */
  #process(entry: Entry): Promise<void> | undefined {
    let decoded: Decoded | Promise<Decoded>;
    try {
      decoded = this.#decoder.decode(entry.unread, this.#senderId);
    } catch (error) {
      return this.#drop(entry, error);
    }
    if (!(decoded instanceof Promise)) return this.#deliverDecoded(entry, decoded);
    return decoded.then(
      (later) => this.#deliverDecoded(entry, later),
      (error: unknown) => this.#drop(entry, error),
    );
  }

  #deliverDecoded(entry: Entry, { data, release }: Decoded): Promise<void> | undefined {
    this.#releaseMemory(entry);
    // The program may keep this message for as long as it likes: messages of other peers do not wait for that.
    release();
    return this.#deliverData(entry.unread, data);
  }

  #deliverData({ head }: Unread<MessageHead>, data: unknown): Promise<void> | undefined {
    const { type, timestamp, group, groupNo } = head;
    const message = { type, timestamp, data, senderId: this.#senderId };
    return group === undefined ? this.#deliver(message) : this.#deliver({ ...message, group }, groupNo);
  }

  #drop(entry: Entry, error: unknown): undefined {
    this.#releaseMemory(entry);
    this.#refused(error);
  }

  #releaseMemory({ byteLength }: Entry): void {
    this.#shares.release(this.#senderId, byteLength + overheadBytes);
  }
}

function refuseBusy(): never {
  throw new LanpeerError('ERR_BUSY', 'The messages of all peers that wait for their handlers leave no room for it.');
}
