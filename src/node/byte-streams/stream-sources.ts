import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { StreamFrame } from '../../protocol/byte-stream/frame-types.ts';
import type { BodyFrame } from '../../protocol/frame-types.ts';

/** A pair of message sessions, by the names of their send streams. */
export interface SessionPair {
  readonly own: string;
  readonly other: string;
}

/** What goes over a carrier. */
export type CarriedFrame = StreamFrame | BodyFrame;

type Attach = Extract<StreamFrame, { readonly kind: 'attach' }>;

/** What comes over one carrier. */
interface Source {
  /** It began with the present pair. */
  isMatched: boolean;
  /** Its first frame named a pair that this side does not have, yet or any more. */
  attach?: Attach;
  /** Bytes of frames that nobody here reads. */
  unread: number;
}

/** The carriers that frames of byte streams come over, and which of them are of the present pair of message sessions. */
export class StreamSources<Carrier extends object> {
  readonly #sources = new Map<Carrier, Source>();
  readonly #deliver: (frame: CarriedFrame) => void;
  #pair: SessionPair | undefined;

  /** @param deliver Takes the frames of carriers that began with the present pair. Throws `ERR_PROTOCOL`. */
  constructor(deliver: (frame: CarriedFrame) => void) {
    this.#deliver = deliver;
  }

  add(carrier: Carrier): void {
    this.#sources.set(carrier, { isMatched: false, unread: 0 });
  }

  delete(carrier: Carrier): void {
    this.#sources.delete(carrier);
  }

  /** From now on that pair is the present one, or none is. The other side may have known of it before this one did. */
  set(pair: SessionPair | undefined): void {
    this.#pair = pair;
    for (const source of this.#sources.values()) {
      // What the other side had under way for the pair before is no fault of its.
      if (source.isMatched) source.unread = -limits.tls.underWayBytes;
      source.isMatched = false;
      this.#match(source);
    }
  }

  /** Throws `ERR_PROTOCOL`. */
  receive(frame: CarriedFrame, from: Carrier): void {
    const source = this.#sources.get(from);
    if (!source) return;
    if (frame.kind === 'attach') {
      source.isMatched = false;
      source.attach = frame;
      this.#match(source);
    } else if (source.isMatched) this.#deliver(frame);
    else this.#ignore(frame, source);
  }

  #match(source: Source): void {
    const { attach } = source;
    if (!attach || attach.own !== this.#pair?.other || attach.other !== this.#pair.own) return;
    source.isMatched = true;
    source.unread = 0;
    delete source.attach;
    this.#deliver(attach);
  }

  #ignore(frame: CarriedFrame, source: Source): void {
    source.unread += 'bytes' in frame ? frame.bytes.byteLength : limits.tls.heldBytes;
    if (source.unread > limits.streams.unreadBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'Frames of streams came that belong to no session.');
  }
}
