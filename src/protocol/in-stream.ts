import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Assemblies, type AssemblyRoom, createAssemblies, type Whole } from './assembly.ts';
import type { Body, MessageKind, Progress } from './frame-types.ts';

/** One direction of a session, at the receiver: it outlives links. */
export interface InStream extends Progress {
  readonly id: string | null;
  /** False once {@link expire} has dropped what was unfinished. */
  readonly resumable: boolean;
  /** Something was received or handled that the other side has not been told over this link. */
  readonly isAcknowledgementPending: boolean;
  /** Fragments and messages of it. */
  readonly pendingAcknowledgements: number;
  /**
   * The next numbered fragment on this link, of this stream or a new one, of which a link has one. `gap` is called before
   * a new one takes the place of another; when it throws, nothing has changed. Throws {@link LanpeerError} `ERR_PROTOCOL`.
   */
  begin(stream: string, next: number, gap?: () => void): void;
  /** The message that this body completes, unless it was there already. Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  receive(body: Body): Whole | undefined;
  /** The message that came last, in one piece, was refused: it has not been received. */
  giveBack(): void;
  /** The handlers of the next message have settled. */
  noteHandled(): void;
  /** What the other side is told now. */
  acknowledge(): Progress;
  /** The link is gone: unfinished volatile messages with it. */
  unlink(): void;
  /** Drops what is unfinished: the sender will not go on with it. */
  expire(): void;
  /** The same, if anything is: there is no room for it. */
  dropUnfinished(): void;
}

export interface InStreamOptions {
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

export function createInStream({ maxMessageBytes, progress, admit, room }: InStreamOptions): InStream {
  const from = room ? { room } : {};
  // One session message and as much again in calls.
  const numbered = createAssemblies({ most: 2 * maxMessageBytes, progress, ...(admit && { admit }), ...from });
  const volatiles = createAssemblies({ most: limits.messages.volatileBytes, mayDrop: true, ...from });
  let id: string | null = null;
  let resumable = true;
  let received = 0;
  let handled = 0;
  let acknowledged = { received: 0, handled: 0 };
  /** Number of the last fragment on this link; null before its `begin`. */
  let at: number | null = null;
  /** This link has begun a stream in the place of another one. */
  let renewed = false;

  function check(total: number): void {
    if (total > maxMessageBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'A message is longer than this node said it would take.');
  }

  function complete(body: Body, assemblies: Assemblies): Whole | undefined {
    if (body.kind === 'whole') {
      if (body.of !== 'volatile') admit?.(body.of, body.payload.byteLength);
      return body;
    }
    if (body.kind === 'first') check(body.total);
    return assemblies.receive(body);
  }

  const isVolatile = (body: Body): boolean => (body.kind === 'more' ? !body.numbered : body.of === 'volatile');

  function expire(): void {
    resumable = false;
    numbered.clear();
    volatiles.clear();
  }

  return {
    get id() {
      return id;
    },
    get resumable() {
      return resumable;
    },
    get received() {
      return received;
    },
    get handled() {
      return handled;
    },
    get isAcknowledgementPending() {
      // Before its `begin` the other side may be about to speak of another stream.
      return at !== null && (received > acknowledged.received || handled > acknowledged.handled);
    },
    get pendingAcknowledgements() {
      return at === null ? 0 : received - acknowledged.received + handled - acknowledged.handled;
    },
    begin(stream, next, gap = () => undefined) {
      if (stream !== id || !resumable) {
        if (next !== 1 || stream === id) throw new LanpeerError('ERR_PROTOCOL', 'A stream begins in its middle.');
        if (id !== null) {
          // A sender begins anew as a link begins, and never again on it: each costs everybody who is told of it.
          if (renewed) throw new LanpeerError('ERR_PROTOCOL', 'A link has more than one new stream.');
          gap();
          renewed = true;
        }
        id = stream;
        resumable = true;
        [received, handled, at] = [0, 0, 0];
        acknowledged = { received, handled };
        numbered.clear();
        return;
      }
      if (next < 1 || next > received + 1) throw new LanpeerError('ERR_PROTOCOL', 'A stream goes on with a gap.');
      at = next - 1;
    },
    receive(body) {
      if (isVolatile(body)) return complete(body, volatiles);
      if (at === null) throw new LanpeerError('ERR_PROTOCOL', 'A message came before its stream began.');
      if (at < received) {
        // It came over another link before that one was replaced.
        at += 1;
        return undefined;
      }
      const whole = complete(body, numbered);
      at += 1;
      received = at;
      return whole;
    },
    giveBack() {
      received -= 1;
      if (at !== null) at -= 1;
    },
    noteHandled() {
      handled += 1;
    },
    acknowledge() {
      acknowledged = { received, handled };
      return acknowledged;
    },
    unlink() {
      at = null;
      renewed = false;
      // What was told over this link may be lost with it.
      acknowledged = { received: 0, handled: 0 };
      volatiles.clear();
    },
    expire,
    dropUnfinished() {
      if (numbered.size > 0) expire();
      else volatiles.clear();
    },
  };
}
