import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Body, MessageKind, Progress } from '../frame-types.ts';
import { Assemblies, type AssemblyRoom, type Whole } from './assembly.ts';

export interface ReceiveStreamOptions {
  /** Largest message, in bytes. */
  readonly maxMessageBytes: number;
  readonly progress: (slot: number, received: number, total: number) => void;
  /**
   * Asked before a message is whole: what it throws is thrown, and the message has not been received then. The other side
   * has it still, and sends the rest of it again over the next link.
   */
  readonly admit?: (of: MessageKind, bytes: number) => void;
  /** Memory of unfinished messages. */
  readonly room?: AssemblyRoom;
}

const isVolatile = (body: Body): boolean => (body.kind === 'more' ? !body.numbered : body.of === 'volatile');

/** One direction of a session, at the receiver: it outlives links. */
export class ReceiveStream implements Progress {
  readonly #maxMessageBytes: number;
  readonly #admit: ReceiveStreamOptions['admit'];
  readonly #numbered: Assemblies;
  readonly #volatiles: Assemblies;
  #id: string | null = null;
  #resumable = true;
  #received = 0;
  #handled = 0;
  #acknowledged: Progress = { received: 0, handled: 0 };
  /** Number of the last fragment on this link; null before its `begin`. */
  #at: number | null = null;
  /** This link has begun a stream in the place of another one. */
  #renewed = false;

  constructor({ maxMessageBytes, progress, admit, room }: ReceiveStreamOptions) {
    const from = room ? { room } : {};
    this.#maxMessageBytes = maxMessageBytes;
    this.#admit = admit;
    // One session message and as much again in calls.
    this.#numbered = new Assemblies({ most: 2 * maxMessageBytes, progress, ...(admit && { admit }), ...from });
    this.#volatiles = new Assemblies({ most: limits.messages.volatileBytes, mayDrop: true, ...from });
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

  /** Fragments and messages of it. */
  get pendingAcknowledgements(): number {
    const { received, handled } = this.#acknowledged;
    return this.#at === null ? 0 : this.#received - received + this.#handled - handled;
  }

  /**
   * The next numbered fragment on this link, of this stream or a new one, of which a link has one. `gap` is called before
   * a new one takes the place of another; when it throws, nothing has changed. Throws {@link LanpeerError} `ERR_PROTOCOL`.
   */
  begin(stream: string, next: number, gap: () => void = () => undefined): void {
    if (stream !== this.#id || !this.#resumable) {
      if (next !== 1 || stream === this.#id) throw new LanpeerError('ERR_PROTOCOL', 'A stream begins in its middle.');
      this.#beginNew(stream, gap);
      return;
    }
    if (next < 1 || next > this.#received + 1) throw new LanpeerError('ERR_PROTOCOL', 'A stream goes on with a gap.');
    this.#at = next - 1;
  }

  /** The message that this body completes, unless it was there already. Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  receive(body: Body): Whole | undefined {
    if (isVolatile(body)) return this.#complete(body, this.#volatiles);
    if (this.#at === null) throw new LanpeerError('ERR_PROTOCOL', 'A message came before its stream began.');
    if (this.#at < this.#received) {
      // It came over another link before that one was replaced.
      this.#at += 1;
      return undefined;
    }
    const whole = this.#complete(body, this.#numbered);
    this.#at += 1;
    this.#received = this.#at;
    return whole;
  }

  /** The message that came last, in one piece, was refused: it has not been received. */
  giveBack(): void {
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
    this.#volatiles.clear();
  }

  /** Drops what is unfinished: the sender will not go on with it. */
  expire(): void {
    this.#resumable = false;
    this.#numbered.clear();
    this.#volatiles.clear();
  }

  /** The same, if anything is: there is no room for it. */
  dropUnfinished(): void {
    if (this.#numbered.size > 0) this.expire();
    else this.#volatiles.clear();
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
    this.#numbered.clear();
  }

  #complete(body: Body, assemblies: Assemblies): Whole | undefined {
    if (body.kind === 'whole') {
      if (body.of !== 'volatile') this.#admit?.(body.of, body.payload.byteLength);
      return body;
    }
    if (body.kind === 'first' && body.total > this.#maxMessageBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'A message is longer than this node said it would take.');
    return assemblies.receive(body);
  }
}
