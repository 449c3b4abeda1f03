import type { CandidatePair, Transport, TransportLink } from '../../adapters/transport/port.ts';
import type { LanpeerError } from '../../errors.ts';
import type { LinkInput } from '../../machines/connection/input.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { createFrameRules } from '../../protocol/features.ts';
import { createSeal, type Seal } from '../../protocol/seal.ts';
import type { Via } from '../../protocol/via.ts';
import { Channel } from './channel.ts';
import type { ChannelEvents } from './channel-deps.ts';
import type { StoppedLink } from './closing-links.ts';
import type { LinksDeps } from './links-deps.ts';
import type { Negotiation } from './negotiation.ts';

/** Facts about a link. After `down` nothing more comes. */
export interface LinkEvents extends Omit<ChannelEvents, 'down'> {
  /** Both descriptions are set. */
  negotiated(): void;
  /** @param wasOpen Both sides had heard each other over it. */
  down(silent: boolean, error: LanpeerError, wasOpen: boolean): void;
}

export interface LinkDeps extends Pick<LinksDeps, 'ownId' | 'hello' | 'peerCounters' | 'clock' | 'counters'> {
  readonly transport: Transport;
  readonly negotiation: Negotiation;
  readonly events: LinkEvents;
}

/** An open or opening link of this node: a link of a transport, and the channel over it. */
export class Link implements StoppedLink {
  readonly peerId: DeviceId;
  readonly generation: number;
  readonly via: Via;
  /** Key of the session that it was negotiated over. */
  readonly signalling: string;
  /** That which both sides proved on that session. */
  readonly networkKey: Uint8Array | undefined;
  readonly channel: Channel;
  /** Resolves when its transport is down. */
  readonly gone: Promise<void>;
  readonly #transportLink: TransportLink;
  #state: 'opening' | 'open' | 'down' = 'opening';
  #saidBye = false;

  constructor({ peerId, generation, signalling, role, via }: LinkInput, deps: LinkDeps) {
    const { transport, negotiation, events } = deps;
    const { session } = negotiation;
    this.peerId = peerId;
    this.generation = generation;
    this.via = via;
    this.signalling = signalling;
    this.networkKey = session.networkKey;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    this.#transportLink = transport.open({
      role,
      remoteAddress: session.remoteAddress,
      carry: (listener) => session.carry(generation, listener),
      firstRecord: () => this.channel.greetFirst(),
      listener: {
        signal: (body) => negotiation.send(body),
        negotiated: events.negotiated,
        open: () => this.channel.greet(),
        record: (bytes) => this.channel.record(bytes),
        drain: () => this.channel.flush(),
        down: (error) => {
          resolve();
          this.channel.fail(error);
        },
      },
    });
    this.channel = new Channel({
      link: this.#transportLink,
      highWater: transport.highWater,
      recordBytes: transport.recordBytes,
      seal: transport.authenticated ? null : this.#createSeal(deps),
      rules: createFrameRules({ remote: session.greeting.features }),
      hello: () => deps.hello(peerId),
      clock: deps.clock,
      counters: deps.counters,
      peerCounters: () => deps.peerCounters(peerId),
      events: {
        ...events,
        open: () => {
          this.#state = 'open';
          events.open();
        },
        down: (silent, error) => {
          const wasOpen = this.opened;
          this.#state = 'down';
          events.down(silent, error, wasOpen);
        },
      },
    });
  }

  /** True once both sides heard each other over it, until it is down. */
  get opened(): boolean {
    return this.#state === 'open';
  }

  get opening(): boolean {
    return this.#state === 'opening';
  }

  /** True once this side has said bye over it. */
  get saidBye(): boolean {
    return this.#saidBye;
  }

  /** What its transport tries, or tried. */
  pairs(): readonly CandidatePair[] {
    return this.#transportLink.pairs?.() ?? [];
  }

  /** A body of its negotiation. */
  signal(body: unknown): void {
    this.#transportLink.signal(body);
  }

  /** Says bye over it. */
  farewell(reason: 'disconnect' | 'stopping'): void {
    this.#saidBye = true;
    this.channel.write({ kind: 'bye', reason });
    this.channel.flush();
  }

  close(): Promise<void> {
    return this.#transportLink.close();
  }

  #createSeal({ ownId, negotiation: { session } }: LinkDeps): Seal {
    return createSeal({
      secret: session.secret,
      ownId: ownId(),
      remoteId: this.peerId,
      generation: this.generation,
      ...(session.networkKey && { networkKey: session.networkKey }),
    });
  }
}
