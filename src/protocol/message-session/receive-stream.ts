import { LanpeerError } from '../../errors.ts';
import type { Body, MessageKind, Progress } from '../frame-types.ts';
import {
  type ArrivedBody,
  type AssemblyRoom,
  IncomingBodies,
  unlimitedRoom,
} from '../message-bodies/incoming-bodies.ts';
import type { Payload } from '../payload.ts';
import { References } from './references.ts';

/** A message that is there. */
export interface Whole {
  readonly of: MessageKind;
  readonly payload: Payload;
}

export interface ReceiveStreamOptions {
  /** Largest message, in bytes. */
  readonly maxMessageBytes: number;
  readonly progress: (no: number, received: number, total: number) => void;
  /** A message came over a lane; a session message is the first of those whose references came before. */
  readonly arrived: (whole: Whole) => void;
  /**
   * Asked before a message is whole: what it throws is thrown, and the message has not been received then. The other side
   * has it still, and sends it again over the next link.
   */
  readonly admit?: (of: MessageKind, bytes: number) => void;
  /** Memory of unfinished messages. */
  readonly room?: AssemblyRoom;
  /** There is something to say over a carrier of byte streams. */
  readonly wake?: () => void;
}

const nothing = (): void => undefined;

/** One direction of a session, at the receiver: it outlives links. */
export class ReceiveStream implements Progress {
  readonly bodies: IncomingBodies;
  readonly #admit: NonNullable<ReceiveStreamOptions['admit']>;
  readonly #arrived: ReceiveStreamOptions['arrived'];
  #id: string | null = null;
  #resumable = true;
  #received = 0;
  #handled = 0;
  #acknowledged: Progress = { received: 0, handled: 0 };
  /** Number of the last message on this link; null before its `begin`. */
  #at: number | null = null;
  /** This link has begun a stream in the place of another one. */
  #renewed = false;
  readonly #references = new References();

  constructor(options: ReceiveStreamOptions) {
    const { maxMessageBytes, progress, admit = nothing, arrived, room = unlimitedRoom, wake = nothing } = options;
    this.#admit = admit;
    this.#arrived = arrived;
    const take = (body: ArrivedBody): void => this.#take(body);
    this.bodies = new IncomingBodies({ maxMessageBytes, progress, admit, room, wake, arrived: take });
  }

  get id(): string | null {
    return this.#id;
  }

  /** It has begun, or gone on, on the present link. */
  get hasBegun(): boolean {
    return this.#at !== null;
  }

  /** False once {@link expire} has dropped what was unfinished. */
  get resumable(): boolean {
    return this.#resumable;
  }

  get received(): number {
    return this.#received;
  }

  get handled(): number {
    return this.#handled;
  }

  /** Something was received or handled that the other side has not been told over this link. */
  get isAcknowledgementPending(): boolean {
    const { received, handled } = this.#acknowledged;
    // Before its `begin` the other side may be about to speak of another stream.
    return this.#at !== null && (this.#received > received || this.#handled > handled);
  }

  /** Messages of it: received, and handled. */
  get pendingAcknowledgements(): number {
    const { received, handled } = this.#acknowledged;
    return this.#at === null ? 0 : this.#received - received + this.#handled - handled;
  }

  /**
   * The next numbered message on this link, of this stream or a new one, of which a link has one. `gap` is called before
   * a new one takes the place of another; when it throws, nothing has changed. Throws {@link LanpeerError} `ERR_PROTOCOL`.
   */
  begin(stream: string, next: number, gap: () => void = nothing): void {
    if (stream !== this.#id || !this.#resumable) {
      if (next !== 1 || stream === this.#id) throw new LanpeerError('ERR_PROTOCOL', 'A stream begins in its middle.');
      this.#beginNew(stream, gap);
      return;
    }
    if (next < 1 || next > this.#received + 1) throw new LanpeerError('ERR_PROTOCOL', 'A stream goes on with a gap.');
    this.#at = next - 1;
  }

  /**
   * The message that came, or `awaited` for one that comes over a lane; undefined if it was there already. Throws
   * {@link LanpeerError} `ERR_PROTOCOL`.
   */
  receive(body: Body): Whole | 'awaited' | undefined {
    if (body.kind === 'whole' && body.of === 'volatile') return body;
    if (this.#at === null) throw new LanpeerError('ERR_PROTOCOL', 'A message came before its stream began.');
    if (this.#at < this.#received) {
      // It came over another link before that one was replaced.
      this.#at += 1;
      return undefined;
    }
    if (body.kind === 'whole') this.#admit(body.of, body.payload.byteLength);
    const came = body.kind === 'whole' ? body : this.#takeReferred();
    this.#at += 1;
    this.#received = this.#at;
    return came;
  }

  /** What came last was refused: it has not been received. */
  giveBack(what: Body['kind']): void {
    if (what === 'reference') this.#references.giveBack();
    this.#received -= 1;
    if (this.#at !== null) this.#at -= 1;
  }

  /** The handlers of the next message have settled. */
  noteHandled(): void {
    this.#handled += 1;
  }

  /** What the other side is told now. */
  acknowledge(): Progress {
    this.#acknowledged = { received: this.#received, handled: this.#handled };
    return this.#acknowledged;
  }

  /** The link is gone: unfinished volatile messages with it. */
  unlink(): void {
    this.#at = null;
    this.#renewed = false;
    // What was told over this link may be lost with it.
    this.#acknowledged = { received: 0, handled: 0 };
    this.bodies.dropVolatiles();
  }

  /** Drops what is unfinished: the sender will not go on with it. */
  expire(): void {
    this.#resumable = false;
    this.#clear();
  }

  /** The same, if anything is: there is no room for it. */
  dropUnfinished(): void {
    if (this.bodies.isUnfinished) this.expire();
    else this.bodies.dropVolatiles();
  }

  #beginNew(stream: string, gap: () => void): void {
    if (this.#id !== null) {
      // A sender begins anew as a link begins, and never again on it: every subscriber is told of each.
      if (this.#renewed) throw new LanpeerError('ERR_PROTOCOL', 'A link has more than one new stream.');
      gap();
      this.#renewed = true;
    }
    this.#id = stream;
    this.#resumable = true;
    [this.#received, this.#handled, this.#at] = [0, 0, 0];
    this.#acknowledged = { received: 0, handled: 0 };
    this.#clear();
  }

  #clear(): void {
    this.bodies.clear();
    this.#references.clear();
  }

  #take(body: ArrivedBody): void {
    const payload = body.of === 'message' ? this.#references.takeBody(body) : body.take();
    if (payload) this.#arrived({ of: body.of, payload });
  }

  #takeReferred(): Whole | 'awaited' {
    const payload = this.#references.takeReference((bytes) => this.#admit('message', bytes));
    return payload ? { of: 'message', payload } : 'awaited';
  }
}
