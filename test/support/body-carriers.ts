import { type CarriedFrame, type SessionPair, StreamSources } from '../../src/node/byte-streams/stream-sources.ts';
import { ByteStreams } from '../../src/protocol/byte-stream/byte-streams.ts';
import { createCreditPool } from '../../src/protocol/byte-stream/credit-pool.ts';
import { isStreamFrame } from '../../src/protocol/byte-stream/frames.ts';
import { readFrames } from '../../src/protocol/frames.ts';
import { isBodyFrame } from '../../src/protocol/message-bodies/frames.ts';
import type { MessageSession } from '../../src/protocol/message-session/message-session.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';
import type { Side } from './sent-messages.ts';

const record = createRecordBuffer(16_384);
const pool = createCreditPool(1_000_000);

interface Carrier {
  readonly queues: Record<Side, Uint8Array[]>;
}

interface End {
  readonly sources: StreamSources<Carrier>;
  session: MessageSession;
  pair?: SessionPair;
  streams?: ByteStreams;
}

/** What carries the large messages of two sessions, beside their links; the caller makes every step. */
export class BodyCarriers {
  readonly #ends = new Map<Side, End>();
  #carrier: Carrier = { queues: { a: [], b: [] } };

  /** A session begins at that side, in the place of the one before. */
  begin(side: Side, session: MessageSession): void {
    this.#ends.get(side)?.streams?.end();
    const end: End = { session, sources: new StreamSources((frame) => end.streams?.receive(frame)) };
    this.#ends.set(side, end);
    this.replace();
  }

  /** The carrier broke, with all that was under way, and there is another one. */
  replace(): void {
    const before = this.#carrier;
    this.#carrier = { queues: { a: [], b: [] } };
    for (const { sources, streams } of this.#ends.values()) {
      sources.delete(before);
      sources.add(this.#carrier);
      streams?.attach();
    }
  }

  /** The sessions may know each other. */
  pair(side: Side): void {
    const end = this.#ends.get(side);
    const pair = end?.session.pair;
    if (!end || !pair || (end.pair?.own === pair.own && end.pair.other === pair.other)) return;
    this.unpair(side);
    const nothing = (): void => undefined;
    const { bodies } = end.session;
    end.pair = pair;
    end.streams = new ByteStreams({
      ...pair,
      bodies,
      pool,
      sendPool: pool,
      opened: nothing,
      freed: nothing,
      wake: nothing,
    });
    end.streams.attach();
    end.sources.set(pair);
  }

  /** One of the sessions has ended. */
  unpair(side: Side): void {
    const end = this.#ends.get(side);
    end?.streams?.end();
    end?.sources.set(undefined);
    delete end?.streams;
    delete end?.pair;
  }

  pump(side: Side, records: number): void {
    for (let count = 0; count < records; count += 1) {
      record.clear();
      while (this.#ends.get(side)?.streams?.pull(record));
      if (record.length === 0) return;
      this.#carrier.queues[side === 'a' ? 'b' : 'a'].push(record.view().slice());
    }
  }

  deliver(side: Side, records: number): void {
    for (const record of this.#carrier.queues[side].splice(0, records))
      for (const frame of readFrames(record)) this.#take(side, frame as CarriedFrame);
  }

  #take(side: Side, frame: CarriedFrame): void {
    if (!isStreamFrame(frame) && !isBodyFrame(frame)) throw new Error('a frame of no carrier');
    this.#ends.get(side)?.sources.receive(frame, this.#carrier);
  }
}
