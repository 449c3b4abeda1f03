import { expect } from 'vitest';
import { LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { createMailboxSession } from '../../../src/node/delivery/mailbox-session.ts';
import { ByteStreams } from '../../../src/protocol/byte-stream/byte-streams.ts';
import { createCreditPool } from '../../../src/protocol/byte-stream/credit-pool.ts';
import { isStreamFrame } from '../../../src/protocol/byte-stream/frames.ts';
import type { Frame, Hello, MessageKind } from '../../../src/protocol/frame-types.ts';
import { isBodyFrame } from '../../../src/protocol/message-bodies/frames.ts';
import { createPool } from '../../../src/protocol/message-session/window.ts';
import { inOnePiece } from '../../../src/protocol/payload.ts';
import { createRecordBuffer } from '../../../src/protocol/record-buffer.ts';
import { isOfSession } from '../../support/frames.ts';

export const otherStream = 'bbbbbbbbbbbbbbbb';
/** So little that some of it is refused. */
const [roomBytes, heldBytes, largestBytes] = [60_000, 8_000, 50_000];
const maxMessageBytes = 100_000;
const hello = { session: 'dddddddddddddddd', stream: null, resumable: true, received: 0, handled: 0 } as const;
const record = createRecordBuffer(16_368);

export interface Delivered {
  readonly of: MessageKind;
  readonly bytes: Uint8Array;
}

/**
 * The message session of a node, whose peer may send anything: with the order of its messages, and with a carrier. It has
 * a large message and a large request of its own on their way.
 */
export class Lanes {
  readonly delivered: Delivered[] = [];
  /** Memory that is expected, and taken, for unfinished messages; and that of messages that wait. */
  expected = 0;
  held = 0;
  waiting = 0;
  /** How often something was refused, after which the link was replaced. */
  refusals = 0;
  readonly #handling: (() => void)[] = [];
  readonly #made: ReturnType<typeof createMailboxSession>;
  readonly #streams: ByteStreams;
  #names = 0;
  #stream = otherStream;
  #relinks = false;

  constructor() {
    this.#made = createMailboxSession(
      {
        makeId: () => this.#makeId(),
        pool: createPool(10_000_000),
        held: {
          acquire: (bytes) => {
            if (this.waiting + bytes > heldBytes) return false;
            this.waiting += bytes;
            return true;
          },
          release: (bytes) => {
            this.waiting -= bytes;
          },
        },
        room: {
          expect: (bytes) => {
            this.expected += bytes;
          },
          acquire: (bytes) => {
            if (this.held + bytes > roomBytes) return false;
            this.held += bytes;
            return true;
          },
          release: (bytes) => {
            this.held -= bytes;
          },
          came: () => undefined,
          refused: () => undefined,
        },
        receiver: {
          admit(_, bytes) {
            if (bytes > largestBytes) throw new LanpeerError('ERR_BUSY');
          },
          receive: () => undefined,
        },
        events: {
          progress: () => undefined,
          settled: () => undefined,
          changed: () => undefined,
          expired: () => undefined,
        },
      },
      { maxMessageBytes },
      {
        deliver: (of, payload, handled) => {
          this.delivered.push({ of, bytes: Uint8Array.from(inOnePiece(payload)) });
          if (of === 'message') this.#handling.push(handled);
        },
        refused: (error) => {
          if (error.code !== 'ERR_BUSY' && error.code !== 'ERR_PROTOCOL') throw error;
          this.#relinks = true;
        },
        renewed: () => undefined,
      },
    );
    const { session } = this.#made;
    session.attach(this.#hello());
    session.receive({ kind: 'begin', stream: this.#stream, next: 1 });
    for (const of of ['message', 'request'] as const)
      session.accept({ of, payload: new Uint8Array(20_000), settle: () => undefined });
    const { own, other } = session.pair ?? { own: '', other: '' };
    this.#streams = new ByteStreams({
      own,
      other,
      bodies: session.bodies,
      pool: createCreditPool(1_000_000),
      sendPool: createCreditPool(1_000_000),
      opened: () => undefined,
      freed: () => undefined,
      wake: () => undefined,
    });
    this.#streams.attach();
    this.#streams.receive({ kind: 'attach', carrier: 1, own: other, other: own });
    this.#streams.receive({ kind: 'attached', carrier: 1 });
    this.pull();
  }

  /** Numbered messages that it has received. */
  get received(): number {
    return this.#made.session.hello().received;
  }

  get isResumable(): boolean {
    return this.#made.session.hello().resumable;
  }

  /** A frame over the link or over the carrier. Throws what ends that. */
  receive(frame: Frame): void {
    if (isStreamFrame(frame) || isBodyFrame(frame)) {
      if (frame.kind !== 'open') this.#streams.receive(frame);
    } else if (isOfSession(frame)) this.#made.session.receive(frame);
    if (this.#relinks) {
      this.refusals += 1;
      this.relink();
    }
    this.pull();
    const { aheadBytes, inbound } = limits.messages;
    expect(this.expected).toBeLessThanOrEqual(2 * maxMessageBytes + aheadBytes + limits.messages.volatileBytes);
    expect(this.#made.order.size).toBeLessThanOrEqual(inbound);
  }

  /** Writes all that it has to say, which has an end. */
  pull(): void {
    for (let records = 0; ; records += 1) {
      record.clear();
      while (this.#made.session.pull(record) || this.#streams.pull(record));
      if (record.length === 0) return;
      expect(records).toBeLessThan(100);
    }
  }

  /** The link is replaced; the other side goes on with its stream, or with a new one where it has to. */
  relink(): void {
    this.#relinks = false;
    const { session } = this.#made;
    session.unlink();
    session.attach(this.#hello());
    if (!this.isResumable) this.#stream = this.#makeId();
    session.receive({ kind: 'begin', stream: this.#stream, next: this.isResumable ? this.received + 1 : 1 });
  }

  /** Others need the memory of what is unfinished. */
  dropUnfinished(): void {
    this.#made.session.dropUnfinished();
  }

  handle(): void {
    this.#handling.shift()?.();
  }

  describe(): string {
    const kinds = [...new Set(this.delivered.map(({ of }) => of))].sort().join(' ');
    const scale = (value: number): number => Math.ceil(Math.log2(1 + value));
    return `${kinds} ${scale(this.delivered.length)} ${this.#made.order.size} ${scale(this.expected)} ${this.refusals}`;
  }

  /** The session is over, in the order of a mailbox. */
  end(): void {
    this.#made.session.unlink();
    this.#made.session.expire();
    this.#made.order.clear();
    this.#streams.end();
  }

  #makeId(): string {
    this.#names += 1;
    return String(this.#names).padStart(16, '0');
  }

  #hello(): Hello {
    return { ...hello, maxMessageBytes };
  }
}
