import { randomBytes } from 'node:crypto';
import type { SessionEnd, SignallingSession } from '../../../src/adapters/signalling/port.ts';
import type { Transport } from '../../../src/adapters/transport/port.ts';
import type { Frame } from '../../../src/protocol/frame-types.ts';
import { readFrames } from '../../../src/protocol/frames.ts';
import { createSeal, type Seal } from '../../../src/protocol/seal.ts';
import type { SignalMessage } from '../../../src/protocol/signal.ts';
import type { Via } from '../../../src/protocol/via.ts';
import { recordOf } from './frames.ts';

/** A link of which every record is the attacker's own. */
export interface HostileLink {
  readonly session: SignallingSession;
  readonly epoch: number;
  /** Largest record, before it is sealed. */
  readonly recordBytes: number;
  /** Undefined while it is open; then why it is not. */
  readonly over: string | undefined;
  /** Resolves when it is over. */
  readonly ended: Promise<string>;
  /** Resolves with the name of the victim's send stream, once that has begun. */
  readonly stream: Promise<string>;
  /** Frames of the victim. */
  listen(listener: (frame: Frame) => void): void;
  /** One record; resolves when there is room for the next one, or the link is over. */
  send(record: Uint8Array): Promise<void>;
  /** One record of these frames. */
  write(...frames: readonly Frame[]): Promise<void>;
  /** The victim is not told. */
  leave(): void;
}

export interface LinkOptions {
  readonly session: SignallingSession;
  readonly ended: Promise<SessionEnd>;
  readonly ownId: string;
  readonly via: Via;
  readonly networkKey: Uint8Array;
  /** For an offer, when the victim holds a link of that epoch. */
  readonly nextEpoch: (held: number) => number;
  /** What came over the session so far, and its listeners. */
  readonly said: readonly SignalMessage[];
  readonly listeners: Set<(message: SignalMessage) => void>;
}

export const randomId = (): string => randomBytes(8).toString('hex');

/** The hello of a session that begins. */
const greeting = (): Frame => ({
  kind: 'hello',
  session: randomId(),
  stream: null,
  resumable: true,
  maxMessageBytes: 134_217_728,
  received: 0,
  handled: 0,
});

interface LinkSettings extends LinkOptions {
  readonly transport: Transport;
  readonly epoch: number;
  /** What the victim offered; undefined for an offer of the attacker's own. */
  readonly offer?: unknown;
  /** Called once both sides are ready. */
  readonly onReady: (link: HostileLink) => void;
  readonly onOver: (why: string) => void;
}

/** An end of a link, opened at once. */
export class OwnLink implements HostileLink {
  readonly session: SignallingSession;
  readonly epoch: number;
  readonly recordBytes: number;
  readonly #settings: LinkSettings;
  readonly #seal: Seal | null;
  readonly #carried: ReturnType<Transport['open']>;
  readonly #end = Promise.withResolvers<string>();
  readonly #begun = Promise.withResolvers<string>();
  readonly #taking = new Set<(frame: Frame) => void>();
  readonly #waiting = new Set<() => void>();
  #over: string | undefined;
  #greeted = false;
  #ready = false;
  #first = true;

  constructor(settings: LinkSettings) {
    const { session, epoch, transport, ownId, networkKey, listeners, ended, offer } = settings;
    this.#settings = settings;
    this.session = session;
    this.epoch = epoch;
    this.#seal = transport.authenticated
      ? null
      : createSeal({ secret: session.secret, ownId, remoteId: session.remoteId, generation: epoch, networkKey });
    this.recordBytes = transport.recordBytes - (this.#seal?.overhead ?? 0);
    this.#carried = transport.open({
      role: ownId < session.remoteId ? 'offerer' : 'answerer',
      remoteAddress: session.remoteAddress,
      carry: (listener) => session.carry(epoch, listener),
      listener: {
        signal: (body) => this.#signal(body),
        negotiated: () => undefined,
        open: () => void this.write(greeting()),
        record: (bytes) => {
          for (const frame of readFrames(this.#seal ? this.#seal.open(bytes) : bytes)) this.#take(frame);
        },
        drain: () => this.#room(),
        down: (error) => this.#finish(error.code),
      },
    });
    listeners.add(this.#hear);
    void ended.then((how) => this.#finish(how.kind === 'bye' ? `bye ${how.reason}` : how.error.code));
    if (offer !== undefined) this.#carried.signal(offer);
  }

  get over() {
    return this.#over;
  }

  get ended() {
    return this.#end.promise;
  }

  get stream() {
    return this.#begun.promise;
  }

  listen(listener: (frame: Frame) => void): void {
    this.#taking.add(listener);
  }

  async send(record: Uint8Array): Promise<void> {
    if (this.#over !== undefined) return;
    this.#carried.send(this.#seal ? this.#seal.seal(record) : record);
    while (this.#over === undefined && this.#carried.bufferedAmount > this.#settings.transport.highWater)
      await new Promise<void>((done) => void this.#waiting.add(done));
  }

  write(...frames: readonly Frame[]): Promise<void> {
    return this.send(recordOf(...frames));
  }

  leave(): void {
    void this.#carried.close();
  }

  readonly #hear = (message: SignalMessage): void => {
    const { session, epoch } = this;
    if (message.type === 'signal' && message.epoch === epoch) this.#carried.signal(message.body);
    else if (message.type === 'lost' && message.epoch === epoch) this.#finish('lost');
    else if (message.type === 'offer' && message.epoch > epoch) session.send({ type: 'lost', epoch: message.epoch });
  };

  #signal(body: unknown): void {
    const { via, ownId } = this.#settings;
    const { session, epoch } = this;
    const isOffer = this.#first && ownId < session.remoteId;
    this.#first = false;
    session.send(isOffer ? { type: 'offer', epoch, via, body } : { type: 'signal', epoch, body });
  }

  #take(frame: Frame): void {
    if (frame.kind === 'hello') {
      this.#greeted = true;
      void this.write({ kind: 'ready' });
    }
    // Without an answer the victim ends the link after 8 s.
    if (frame.kind === 'ping') void this.write({ kind: 'pong', no: frame.no });
    if (frame.kind === 'ready') this.#ready = true;
    if (frame.kind === 'begin') this.#begun.resolve(frame.stream);
    if (this.#greeted && this.#ready) this.#settings.onReady(this);
    for (const listener of this.#taking) listener(frame);
  }

  #room(): void {
    for (const done of this.#waiting) done();
    this.#waiting.clear();
  }

  #finish(why: string): void {
    this.#over ??= why;
    this.#settings.listeners.delete(this.#hear);
    this.#room();
    this.#end.resolve(this.#over);
    this.#settings.onOver(this.#over);
  }
}
