import type { SignallingSession } from '../../adapters/signalling/port.ts';
import { ByteStreams } from '../../protocol/byte-stream/byte-streams.ts';
import { streamsFeature } from '../../protocol/features.ts';
import type { CarriedBodies } from '../../protocol/message-session/carried-bodies.ts';
import type { RecordBuffer } from '../../protocol/record-buffer.ts';
import type { Channel } from '../links/channel.ts';
import type { OpenStreams } from './open-streams.ts';
import type { PeerStreamsDeps } from './peer-streams-deps.ts';
import { SessionCarrier, type SessionCarrierUser } from './session-carrier.ts';
import { type CarriedFrame, type SessionPair, StreamSources } from './stream-sources.ts';

/** The byte streams to and from one peer, and what carries them. */
export class PeerStreams {
  readonly #deps: PeerStreamsDeps;
  readonly #sources = new StreamSources<SessionCarrier | Channel>((frame) => this.#streams?.receive(frame));
  readonly #carriers = new Set<SessionCarrier>();
  readonly #user: SessionCarrierUser;
  #pair: SessionPair | undefined;
  #streams: ByteStreams | undefined;
  #channel: Channel | undefined;
  /** What is sent over now. */
  #current: SessionCarrier | Channel | undefined;
  /** Calls that wait for the message sessions, or for a place. */
  readonly #waiting = new Set<() => void>();

  constructor(deps: PeerStreamsDeps) {
    this.#deps = deps;
    this.#user = {
      pull: (into) => this.#streams?.pull(into) ?? false,
      receive: (frame, carrier) => this.#sources.receive(frame, carrier),
      closed: (carrier) => this.#closed(carrier),
      sent: (bytes) => {
        for (const counters of deps.counters) counters.bytesSent += bytes;
      },
      received: (bytes) => {
        for (const counters of deps.counters) counters.bytesReceived += bytes;
      },
    };
    for (const session of deps.sessions()) this.add(session);
  }

  /** Streams of the present sessions; undefined while there are none. */
  get streams(): ByteStreams | undefined {
    return this.#streams;
  }

  /** Those that programs have. */
  get open(): OpenStreams {
    return this.#deps.open;
  }

  /** There is a message session, or it waits for a link. */
  get isOpen(): boolean {
    return this.#channel !== undefined || this.#streams !== undefined;
  }

  /** Streams are open. */
  get isBusy(): boolean {
    return this.#streams !== undefined && this.#streams.size > 0;
  }

  /** The peer announced that it takes byte streams; true before it is known. */
  get isKnown(): boolean {
    return this.#channel?.features.includes(streamsFeature) ?? true;
  }

  /** Calls back when another stream is possible, or none any more, once and in turn; returns what gives up. */
  wait(then: () => void): () => void {
    this.#waiting.add(then);
    return () => void this.#waiting.delete(then);
  }

  /** A signalling session with the peer was opened. */
  add(session: SignallingSession): void {
    if (!this.#deps.mayCarry(session)) return;
    const carrier = new SessionCarrier(session, this.#user);
    this.#carriers.add(carrier);
    this.#sources.add(carrier);
    // Bulk goes beside the link, so that small messages need not queue behind it.
    if (this.#current === this.#channel) this.#replace();
  }

  /** Both message sessions are known, over a link that is open. */
  paired(pair: SessionPair, bodies?: CarriedBodies): void {
    if (this.#pair?.own === pair.own && this.#pair.other === pair.other) return;
    this.ended();
    this.#pair = pair;
    const { pool, sendPool, opened } = this.#deps;
    this.#streams = new ByteStreams({
      ...pair,
      bodies,
      pool,
      sendPool,
      opened,
      freed: () => this.#retry(),
      wake: () => this.#wake(),
    });
    this.#sources.set(pair);
    if (this.#streams.needsCarrier) this.#wake();
    this.#retry();
  }

  /** One of the message sessions has ended. */
  ended(): void {
    const streams = this.#streams;
    this.#streams = undefined;
    this.#pair = undefined;
    this.#use(undefined);
    this.#sources.set(undefined);
    streams?.end();
    this.#retry();
  }

  link(channel: Channel): void {
    const before = this.#channel;
    this.#channel = channel;
    if (before) this.#sources.delete(before);
    this.#sources.add(channel);
    if (this.#current === before) this.#renew();
  }

  unlink(): void {
    const channel = this.#channel;
    if (!channel) return;
    this.#channel = undefined;
    this.#sources.delete(channel);
    if (this.#current === channel) this.#renew();
  }

  /** The peer is forgotten. */
  close(): void {
    this.ended();
    for (const carrier of this.#carriers) carrier.detach();
    this.#carriers.clear();
    this.#deps.closed();
  }

  /** Writes the next frame into a record of the link; false if there is none for it. */
  pull(into: RecordBuffer): boolean {
    return this.#current !== undefined && this.#current === this.#channel && (this.#streams?.pull(into) ?? false);
  }

  /** A frame came over the link. Throws `ERR_PROTOCOL`. */
  receive(frame: CarriedFrame): void {
    if (this.#channel) this.#sources.receive(frame, this.#channel);
  }

  #closed(carrier: SessionCarrier): void {
    this.#carriers.delete(carrier);
    this.#sources.delete(carrier);
    if (this.#current === carrier) this.#renew();
  }

  #wake(): void {
    if (this.#current === undefined) this.#replace();
    else this.#current.wake();
  }

  /** The carrier is gone, and what was said over it may be lost: chooses another one, if that is needed. */
  #renew(): void {
    this.#use(undefined);
    this.#replace();
  }

  /** Chooses a carrier, if one is needed. */
  #replace(): void {
    const isNeeded = this.#streams?.needsCarrier ?? false;
    this.#use(isNeeded ? ([...this.#carriers].at(-1) ?? this.#channel) : undefined);
  }

  #use(next: SessionCarrier | Channel | undefined): void {
    const before = this.#current;
    if (before === next) return;
    if (before instanceof SessionCarrier) before.isCurrent = false;
    if (next instanceof SessionCarrier) next.isCurrent = true;
    this.#current = next;
    if (next === undefined) this.#streams?.detach();
    else this.#streams?.attach();
  }

  /** Each call takes a place at once, fails, or, where there are no sessions, waits again. */
  #retry(): void {
    for (const then of this.#streams ? this.#waiting : [...this.#waiting]) {
      if (this.#streams?.hasRoom === false) return;
      this.#waiting.delete(then);
      then();
    }
  }
}
