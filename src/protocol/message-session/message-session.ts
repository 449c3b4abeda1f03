import { asLanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Body, Hello, MessageKind } from '../frame-types.ts';
import { controlBytes, writeControl } from '../frames.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { CarriedBodies } from './carried-bodies.ts';
import type { Attached, MessageSessionOptions, SessionFrame } from './message-session-options.ts';
import type { OutMessage } from './out-message.ts';
import { ReceiveStream, type Whole } from './receive-stream.ts';
import { type MessageSize, RemoteSession } from './remote-session.ts';
import { SendStream } from './send-stream.ts';
import { SendWindows } from './send-windows.ts';

const { items } = limits.messages;

/**
 * Two numbered streams of messages, one each way, that outlive links (RFC 1122 section 4.2 without the packets: numbers,
 * cumulative acknowledgements, what is unacknowledged goes again). Without I/O and without time.
 */
export class MessageSession {
  /** What goes over the carrier of byte streams. */
  readonly bodies: CarriedBodies;
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
    this.#incoming = new ReceiveStream({
      maxMessageBytes,
      progress,
      arrived: (whole) => this.#bodyArrived(whole),
      wake: () => this.bodies.carrier?.woken(),
      ...(admit && { admit }),
      ...(room && { room }),
    });
    const { refused } = options;
    this.bodies = new CarriedBodies({ incoming: this.#incoming, outgoing: () => this.#out, refused });
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

  /** Messages, received or handled, that the other side does not know about yet. */
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
   * A link takes over. Throws `ERR_PROTOCOL` for a hello that cannot be true, and where the other side
   * has announced other features before in this session.
   */
  attach(hello: Hello, features: readonly string[] = []): Attached {
    const change = this.#remote.update(hello, features);
    this.#incoming.bodies.retry();
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

  /** Throws `ERR_PROTOCOL`. */
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

  /**
   * What this side has acknowledged cannot be delivered. The other side learns with the next link that its stream does not go
   * on: what it has sent and has no outcome is `unknown` to it.
   */
  breakOff(): void {
    this.#incoming.expire();
  }

  #begin(): SendStream {
    return new SendStream({
      id: this.#options.makeId(),
      takes: () => this.#remote.takes.bytes,
      settled: (message) => this.#windows.release(message),
      wake: (lane) => this.bodies.carrier?.woken(lane),
    });
  }

  #end(known: Hello | null): void {
    const ending = this.#out;
    this.#out = this.#begin();
    ending.end(known);
  }

  #receiveBody(body: Body): void {
    const incoming = this.#incoming;
    const came = incoming.receive(body);
    if (!came) return;
    try {
      if (came === 'awaited') this.#options.expect(this.#handledOf('message'));
      else this.#deliver(came);
    } catch (thrown) {
      // One that came over a lane is not sent again.
      if (came === 'awaited' || (body.kind === 'whole' && body.of !== 'volatile')) incoming.giveBack(body.kind);
      throw thrown;
    }
  }

  #bodyArrived(whole: Whole): void {
    try {
      if (whole.of === 'message') this.#options.arrive(whole.payload);
      else this.#deliver(whole);
    } catch (thrown) {
      this.#options.refused(asLanpeerError(thrown, 'ERR_INTERNAL'));
    }
  }

  #deliver({ of, payload }: Whole): void {
    this.#options.deliver(of, payload, this.#handledOf(of));
  }

  #handledOf(of: MessageKind): () => void {
    const incoming = this.#incoming;
    const { id } = incoming;
    return () => {
      if (of === 'message' && id === incoming.id) incoming.noteHandled();
    };
  }
}
