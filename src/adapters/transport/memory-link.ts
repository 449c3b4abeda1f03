import * as v from 'valibot';
import type { Clock, Random } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { LinkEvents } from './link-events.ts';
import { type MemoryPacket, MemoryPipe } from './memory-pipe.ts';
import type { LinkOptions, TransportLink } from './port.ts';

/** What the ends of links have from their network. */
export interface MemoryLinkDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly delayMs: number;
  readonly jitterMs: number;
  lateMs(from: string, to: string): number;
  isSilent(from: string, to: string): boolean;
  find(id: number): MemoryLinkEnd | undefined;
  /** That end is closed or down. */
  remove(id: number): void;
}

export interface MemoryLinkEndOptions extends LinkOptions {
  readonly id: number;
  /** Of its node. */
  readonly name: string;
  /** It never opens. */
  readonly stalled: boolean;
  /** It goes down at once. */
  readonly fails: boolean;
}

const description = v.strictObject({
  memory: v.picklist(['offer', 'answer']),
  end: v.pipe(v.number(), v.safeInteger()),
});
const { recordBytes, lowWater } = limits.webrtc;

/** One end of a link, as the other end and the network see it. */
export class MemoryLinkEnd {
  readonly name: string;
  readonly link: TransportLink;
  readonly #deps: MemoryLinkDeps;
  readonly #options: MemoryLinkEndOptions;
  readonly #events: LinkEvents;
  readonly #timers = new Set<unknown>();
  #negotiated = false;
  #helloReceived = false;
  #opened = false;
  #peerId: number | undefined;
  #pipe: MemoryPipe | undefined;

  constructor(deps: MemoryLinkDeps, options: MemoryLinkEndOptions) {
    const { id, name, role, listener, fails } = options;
    this.name = name;
    this.#deps = deps;
    this.#options = options;
    this.#events = new LinkEvents({ listener, recordBytes, lowWater, release: () => this.#release() });
    this.link = this.#createLink();
    if (fails) this.#defer(() => this.fail(new LanpeerError('ERR_TRANSPORT', 'The link was told to fail.')));
    else if (role === 'offerer')
      this.#defer(() => this.#events.report(() => listener.signal({ memory: 'offer', end: id })));
  }

  /** The other end, once it is known and while it is there. */
  get peer(): MemoryLinkEnd | undefined {
    return this.#peerId === undefined ? undefined : this.#deps.find(this.#peerId);
  }

  receive(packet: MemoryPacket): void {
    if (this.#events.isOver) return;
    if (packet.kind === 'record') this.#events.report((listener) => listener.record(packet.bytes));
    else {
      this.#helloReceived = true;
      this.#openIfReady();
    }
  }

  fail(error: LanpeerError): void {
    this.#events.fail(error);
  }

  wake(): void {
    this.#pipe?.wake();
  }

  /** Ends, and neither its listener nor the other end is told. */
  vanish(): void {
    this.#events.close();
    this.#release();
  }

  #defer(callback: () => void): void {
    const { clock } = this.#deps;
    const timer = clock.setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, 0);
    this.#timers.add(timer);
  }

  #release(): void {
    for (const timer of this.#timers) this.#deps.clock.clearTimeout(timer);
    this.#timers.clear();
    this.#pipe?.stop();
    this.#deps.remove(this.#options.id);
  }

  /** As an SCTP abort: one packet, lost if the path is silent. */
  #abort(): void {
    const { clock, delayMs, isSilent } = this.#deps;
    const { peer } = this;
    if (!peer || isSilent(this.name, peer.name)) return;
    clock.setTimeout(() => peer.fail(new LanpeerError('ERR_TRANSPORT', 'The other end closed the link.')), delayMs);
  }

  #connect(peerId: number): void {
    const { name } = this;
    this.#peerId = peerId;
    const peerName = this.peer?.name ?? '';
    const pipe = new MemoryPipe({
      ...this.#deps,
      isSilent: () => this.#deps.isSilent(name, peerName),
      lateMs: () => this.#deps.lateMs(name, peerName),
      deliver: (packet) => this.peer?.receive(packet),
      onDrained: () => this.#events.drained(pipe.bufferedAmount),
    });
    this.#pipe = pipe;
    if (!this.#options.stalled) pipe.send({ kind: 'hello' });
  }

  #negotiate(body: unknown): void {
    const { id, role } = this.#options;
    const parsed = v.safeParse(description, body);
    const expected = role === 'offerer' ? 'answer' : 'offer';
    if (!parsed.success || parsed.output.memory !== expected || this.#peerId !== undefined) {
      this.fail(new LanpeerError('ERR_PROTOCOL', 'A description of a link has an unknown shape or came twice.'));
      return;
    }
    this.#connect(parsed.output.end);
    if (role === 'answerer') this.#events.report((listener) => listener.signal({ memory: 'answer', end: id }));
    this.#events.report((listener) => listener.negotiated());
    this.#negotiated = true;
    this.#openIfReady();
  }

  /** The hello of the other end may be faster than its description. */
  #openIfReady(): void {
    if (this.#events.isOver || this.#opened || this.#options.stalled) return;
    if (!this.#negotiated || !this.#helloReceived) return;
    this.#opened = true;
    this.#events.report((listener) => listener.open());
  }

  #createLink(): TransportLink {
    const events = this.#events;
    const bufferedAmount = (): number => (events.isOver ? 0 : (this.#pipe?.bufferedAmount ?? 0));
    return {
      // Not at once: a description that comes in answers nothing before it has returned.
      signal: (body) => {
        if (!events.isOver) this.#defer(() => this.#negotiate(body));
      },
      send: (record) => {
        if (events.isOver || !this.#opened || !this.#pipe || !events.accepts(record)) return;
        this.#pipe.send({ kind: 'record', bytes: Uint8Array.from(record) });
        events.sent(this.#pipe.bufferedAmount);
      },
      get bufferedAmount() {
        return bufferedAmount();
      },
      close: async () => {
        if (events.isOver) return;
        this.#abort();
        this.vanish();
      },
    };
  }
}
