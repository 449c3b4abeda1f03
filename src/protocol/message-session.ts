import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { AssemblyRoom } from './assembly.ts';
import { areSameFeatures } from './features.ts';
import type { Body, Frame, Hello, MessageKind } from './frame-types.ts';
import { controlBytes, writeControl } from './frames.ts';
import { createInStream } from './in-stream.ts';
import { createOutStream, type OutMessage, type OutStream } from './out-stream.ts';
import type { RecordBuffer } from './record.ts';
import { createWindow, type Pool } from './window.ts';

/** What became of the stream to the other side when a link was attached. `ended`: what had no outcome yet has one now. */
export type Attached = 'new' | 'resumed' | 'ended';

/** Frames of a session; the others are of the link. */
export type SessionFrame = Body | Extract<Frame, { readonly kind: 'begin' | 'ack' }>;

/**
 * Two numbered streams of messages, one each way, that outlive links (RFC 1122 section 4.2 without the packets: numbers,
 * cumulative acknowledgements, what is unacknowledged goes again). Without I/O and without time.
 */
export interface MessageSession {
  /** False when the window of its kind is full. `settle` is called once for what was accepted. */
  accept(message: OutMessage): boolean;
  /** What a new link says first. */
  hello(): Hello;
  /**
   * A link takes over. Throws {@link LanpeerError} `ERR_PROTOCOL` for a hello that cannot be true, and where the other side
   * has announced other features before in this session.
   */
  attach(hello: Hello, features?: readonly string[]): Attached;
  /** Writes the next frame that fits; false if there is none. */
  pull(into: RecordBuffer): boolean;
  /** Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  receive(frame: SessionFrame): void;
  /** Acknowledgements that wait are written with the next record. */
  acknowledge(): void;
  /** Fragments and messages that the other side does not know about yet. */
  readonly pendingAcknowledgements: number;
  unlink(): void;
  /** The session is over: everything that was accepted gets its outcome, what came in part is dropped. */
  expire(): void;
  /** Lets go of what has come in part: the other side learns with the next link that its stream does not go on. */
  dropUnfinished(): void;
  /** Messages accepted and not settled. */
  readonly size: number;
  /** Largest message that the other side takes, as far as is known. */
  readonly takes: MessageSize;
}

/** How large a message may be. */
export interface MessageSize {
  readonly bytes: number;
  /** Values in its data. */
  readonly items: number;
}

export interface MessageSessionOptions {
  /** A new name for a stream: 16 hexadecimal characters of chance. */
  readonly makeId: () => string;
  /** Largest message that this side takes, in bytes and in values. */
  readonly maxMessageBytes: number;
  readonly maxMessageItems?: number;
  readonly pool: Pool;
  /** A message came; `handled` is called once when its handlers have settled. Throws `ERR_PROTOCOL` if it is not ours. */
  readonly deliver: (of: MessageKind, payload: Uint8Array, handled: () => void) => void;
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

const { items, queued, queuedBytes, reserveBytes, calls, largeBytes } = limits.messages;

export function createMessageSession({
  makeId,
  maxMessageBytes,
  maxMessageItems = items,
  pool,
  deliver,
  gap,
  progress,
  admit,
  room,
}: MessageSessionOptions): MessageSession {
  const incoming = createInStream({ maxMessageBytes, progress, ...(admit && { admit }), ...(room && { room }) });
  const messages = createWindow({ count: queued, bytes: queuedBytes, pool, reserve: reserveBytes });
  const called = createWindow({ count: 2 * calls, bytes: queuedBytes });
  const volatiles = createWindow({ count: queued, bytes: queuedBytes });
  let takes: MessageSize = { bytes: maxMessageBytes, items: maxMessageItems };
  let out = begin();
  const name = makeId();
  /** The other side's session. */
  let remote: string | undefined;
  /** What the other side can do, fixed for its session. */
  let features: readonly string[] = [];
  let large = false;
  let due = false;

  function begin(): OutStream {
    return createOutStream(makeId(), () => takes.bytes);
  }

  function end(known: Hello | null): void {
    const ending = out;
    out = begin();
    ending.end(known);
  }

  /** Takes the place of a message; undefined if there is none. Returns the function that gives it back. */
  function place({ of, payload: { byteLength } }: OutMessage): (() => void) | undefined {
    if (of === 'message' && byteLength > largeBytes) {
      if (large) return undefined;
      large = true;
      return () => {
        large = false;
      };
    }
    const window = of === 'message' ? messages : of === 'volatile' ? volatiles : called;
    return window.acquire(byteLength) ? () => window.release(byteLength) : undefined;
  }

  return {
    accept(message) {
      const leave = place(message);
      if (!leave) return false;
      const { of, payload, progress } = message;
      out.push({
        of,
        payload,
        progress,
        settle(outcome) {
          leave();
          message.settle(outcome);
        },
      });
      return true;
    },
    hello() {
      const { id, resumable, received, handled } = incoming;
      const size = maxMessageItems === items ? { maxMessageBytes } : { maxMessageBytes, maxMessageItems };
      return { session: name, stream: id, resumable, received, handled, ...size };
    },
    attach(hello, announced = []) {
      if (remote === hello.session && !areSameFeatures(features, announced))
        throw new LanpeerError('ERR_PROTOCOL', 'The other end has other features than before in this session.');
      features = announced;
      const before = remote;
      const known = hello.stream === out.id ? hello : null;
      remote = hello.session;
      takes = { bytes: hello.maxMessageBytes, items: hello.maxMessageItems ?? items };
      due = true;
      if ((before !== undefined && before !== hello.session) || (known && !known.resumable)) {
        end(known);
        return 'ended';
      }
      // Without a word of this stream: the link before broke too soon, or this hello is older than what came over it.
      out.resume(known ?? { received: 0, handled: 0 });
      return before === undefined ? 'new' : 'resumed';
    },
    pull(into) {
      if (due && incoming.isAcknowledgementPending) {
        if (into.room < controlBytes.ack) return false;
        writeControl(into, { kind: 'ack', ...incoming.acknowledge() });
        due = false;
        return true;
      }
      if (!out.pull(into)) return false;
      // A record that goes anyway takes the acknowledgement with it.
      due = true;
      return true;
    },
    receive(frame) {
      if (frame.kind === 'begin') incoming.begin(frame.stream, frame.next, gap);
      else if (frame.kind === 'ack') out.acknowledge(frame);
      else {
        const whole = incoming.receive(frame);
        if (!whole) return;
        const { id } = incoming;
        try {
          deliver(whole.of, whole.payload, () => {
            if (whole.of === 'message' && id === incoming.id) incoming.noteHandled();
          });
        } catch (thrown) {
          if (frame.kind === 'whole' && whole.of !== 'volatile') incoming.giveBack();
          throw thrown;
        }
      }
    },
    acknowledge() {
      due = true;
    },
    get pendingAcknowledgements() {
      return incoming.pendingAcknowledgements;
    },
    unlink() {
      incoming.unlink();
      out.unlink();
    },
    expire() {
      incoming.expire();
      end(null);
    },
    dropUnfinished: incoming.dropUnfinished,
    get size() {
      return out.size;
    },
    get takes() {
      return takes;
    },
  };
}
