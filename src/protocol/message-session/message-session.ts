import type { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Body, Frame, Hello, MessageKind } from '../frame-types.ts';
import { controlBytes, writeControl } from '../frames.ts';
import type { Payload } from '../payload.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { AssemblyRoom } from './assembly.ts';
import type { OutMessage } from './out-message.ts';
import { ReceiveStream } from './receive-stream.ts';
import { type MessageSize, RemoteSession } from './remote-session.ts';
import { SendStream } from './send-stream.ts';
import { SendWindows } from './send-windows.ts';
import type { Pool } from './window.ts';

/** What became of the stream to the other side when a link was attached. `ended`: what had no outcome yet has one now. */
export type Attached = 'new' | 'resumed' | 'ended';

/** Frames of a session; the others are of the link. */
export type SessionFrame = Body | Extract<Frame, { readonly kind: 'begin' | 'ack' }>;

export interface MessageSessionOptions {
  /** A new name for a stream: 16 hexadecimal characters of chance. */
  readonly makeId: () => string;
  /** Largest message that this side takes, in bytes and in values. */
  readonly maxMessageBytes: number;
  readonly maxMessageItems?: number;
  readonly pool: Pool;
  /** A message came; `handled` is called once when its handlers have settled. Throws `ERR_PROTOCOL` if it is not ours. */
  readonly deliver: (of: MessageKind, payload: Payload, handled: () => void) => void;
  /**
   * The other side is about to go on with a new stream: messages of the old one that had not come are not going to.
   * What it throws ends the link, and nothing has changed.
   */
  readonly gap: () => void;
  /** Bytes of a message of several fragments that are there. */
  readonly progress: (slot: number, received: number, total: number) => void;
  /** Asked before a message but a volatile one is whole: what it throws ends the link, and it comes again over the next. */
  readonly admit?: (of: MessageKind, bytes: number) => void;
  /** Memory of unfinished messages. */
  readonly room?: AssemblyRoom;
}

const { items } = limits.messages;

/**
 * Two numbered streams of messages, one each way, that outlive links (RFC 1122 section 4.2 without the packets: numbers,
 * cumulative acknowledgements, what is unacknowledged goes again). Without I/O and without time.
 */
export class MessageSession {
  readonly #options: MessageSessionOptions;
  readonly #name: string;
  readonly #windows: SendWindows;
  readonly #incoming: ReceiveStream;
  readonly #remote: RemoteSession;
  #out: SendStream;
  /** Acknowledgements that wait go with the next record. */
  #due = false;

  constructor(options: MessageSessionOptions) {
    const { makeId, maxMessageBytes, maxMessageItems = items, pool, progress, admit, room } = options;
    this.#options = options;
    this.#incoming = new ReceiveStream({ maxMessageBytes, progress, ...(admit && { admit }), ...(room && { room }) });
    this.#windows = new SendWindows(pool);
    this.#remote = new RemoteSession({ bytes: maxMessageBytes, items: maxMessageItems });
    this.#out = this.#begin();
    this.#name = makeId();
  }

  /** Messages accepted and not settled. */
  get size(): number {
    return this.#out.size;
  }

  /** Largest message that the other side takes, as far as is known. */
  get takes(): MessageSize {
    return this.#remote.takes;
  }

  /**
   * This session and that of the other side, by the names of their send streams; undefined before the other one has begun
   * on the present link.
   */
  get pair(): { readonly own: string; readonly other: string } | undefined {
    const { id, hasBegun } = this.#incoming;
    return id !== null && hasBegun ? { own: this.#out.id, other: id } : undefined;
  }

  /** Fragments and messages that the other side does not know about yet. */
  get pendingAcknowledgements(): number {
    return this.#incoming.pendingAcknowledgements;
  }

  /** False when the window of its kind is full. `settle` is called once for what was accepted. */
  accept(message: OutMessage): boolean {
    if (!this.#windows.acquire(message)) return false;
    this.#out.push(message);
    return true;
  }

  /** What a new link says first. */
  hello(): Hello {
    const { maxMessageBytes, maxMessageItems = items } = this.#options;
    const { id, resumable, received, handled } = this.#incoming;
    const size = maxMessageItems === items ? { maxMessageBytes } : { maxMessageBytes, maxMessageItems };
    return { session: this.#name, stream: id, resumable, received, handled, ...size };
  }

  /**
   * A link takes over. Throws {@link LanpeerError} `ERR_PROTOCOL` for a hello that cannot be true, and where the other side
   * has announced other features before in this session.
   */
  attach(hello: Hello, features: readonly string[] = []): Attached {
    const change = this.#remote.update(hello, features);
    const known = hello.stream === this.#out.id ? hello : null;
    this.#due = true;
    if (change === 'other' || (known && !known.resumable)) {
      this.#end(known);
      return 'ended';
    }
    // Without a word of this stream: the link before broke too soon, or this hello is older than what came over it.
    this.#out.resume(known ?? { received: 0, handled: 0 });
    return change === 'first' ? 'new' : 'resumed';
  }

  /** Writes the next frame that fits; false if there is none. */
  pull(into: RecordBuffer): boolean {
    if (this.#due && this.#incoming.isAcknowledgementPending) {
      if (into.room < controlBytes.ack) return false;
      writeControl(into, { kind: 'ack', ...this.#incoming.acknowledge() });
      this.#due = false;
      return true;
    }
    if (!this.#out.pull(into)) return false;
    // A record that goes anyway takes the acknowledgement with it.
    this.#due = true;
    return true;
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  receive(frame: SessionFrame): void {
    if (frame.kind === 'begin') this.#incoming.begin(frame.stream, frame.next, this.#options.gap);
    else if (frame.kind === 'ack') this.#out.acknowledge(frame);
    else this.#receiveBody(frame);
  }

  /** Acknowledgements that wait are written with the next record. */
  acknowledge(): void {
    this.#due = true;
  }

  unlink(): void {
    this.#incoming.unlink();
    this.#out.unlink();
  }

  /** The session is over: everything that was accepted gets its outcome, what came in part is dropped. */
  expire(): void {
    this.#incoming.expire();
    this.#end(null);
  }

  /** Lets go of what has come in part: the other side learns with the next link that its stream does not go on. */
  dropUnfinished(): void {
    this.#incoming.dropUnfinished();
  }

  #begin(): SendStream {
    return new SendStream(
      this.#options.makeId(),
      () => this.#remote.takes.bytes,
      (message) => this.#windows.release(message),
    );
  }

  #end(known: Hello | null): void {
    const ending = this.#out;
    this.#out = this.#begin();
    ending.end(known);
  }

  #receiveBody(body: Body): void {
    const incoming = this.#incoming;
    const whole = incoming.receive(body);
    if (!whole) return;
    const { id } = incoming;
    try {
      this.#options.deliver(whole.of, whole.payload, () => {
        if (whole.of === 'message' && id === incoming.id) incoming.noteHandled();
      });
    } catch (thrown) {
      if (body.kind === 'whole' && whole.of !== 'volatile') incoming.giveBack();
      throw thrown;
    }
  }
}
