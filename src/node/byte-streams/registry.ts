import type { SignallingSession } from '../../adapters/signalling/port.ts';
import { limits } from '../../limits.ts';
import { type CreditPool, createCreditPool } from '../../protocol/byte-stream/credit-pool.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { streamsFeature } from '../../protocol/features.ts';
import type { Via } from '../../protocol/via.ts';
import type { ByteCounters } from '../links/channel-deps.ts';
import type { StreamCounters } from '../monitoring/stream-counters.ts';
import type { ObservedStreams } from '../observer.ts';
import type { Acceptors } from './acceptors.ts';
import { OpenStreams } from './open-streams.ts';
import { PeerStreams } from './peer-streams.ts';

type Counters = ByteCounters & { readonly streams: StreamCounters };

export interface StreamRegistryDeps {
  readonly acceptors: Acceptors;
  readonly counters: Counters;
  /** Those that this node takes: streams go over TLS where it is one of them. */
  readonly transports: readonly Via[];
  /** Signalling sessions with a peer, the oldest first. */
  readonly sessions: (id: DeviceId) => readonly SignallingSession[];
}

/** The byte streams of each peer that has a message session. */
export class StreamRegistry {
  readonly #deps: StreamRegistryDeps;
  readonly #pool: CreditPool = createCreditPool(limits.streams.creditBytes);
  readonly #sendPool: CreditPool = createCreditPool(limits.streams.allSendBytes);
  readonly #peers = new Map<DeviceId, PeerStreams>();

  constructor(deps: StreamRegistryDeps) {
    this.#deps = deps;
  }

  find(id: DeviceId): PeerStreams | undefined {
    return this.#peers.get(id);
  }

  /** For a peer that has a message session from now on; its own `close` ends it. */
  create(id: DeviceId, peerCounters: Counters): PeerStreams {
    const { acceptors, counters, sessions, transports } = this.#deps;
    const open = new OpenStreams([counters.streams, peerCounters.streams]);
    const streams = new PeerStreams({
      open,
      pool: createCreditPool(limits.streams.peerCreditBytes, this.#pool),
      sendPool: createCreditPool(limits.streams.peerSendBytes, this.#sendPool),
      mayCarry: ({ greeting }) =>
        transports.includes('tls') && greeting.transports.includes('tls') && greeting.features.includes(streamsFeature),
      sessions: () => sessions(id),
      opened: (stream) => acceptors.receive(id, stream, open),
      counters: [counters, peerCounters],
      closed: () => {
        if (this.#peers.get(id) === streams) this.#peers.delete(id);
      },
    });
    this.#peers.set(id, streams);
    return streams;
  }

  /** Peers that streams are open with, and of each at most so many streams. */
  *observe(most: number): Iterable<ObservedStreams> {
    for (const [peer, { open }] of this.#peers)
      if (open.size > 0) yield { peer, streams: [...open.observe(most)], count: open.size };
  }

  /** A signalling session was opened. */
  add(session: SignallingSession): void {
    this.#peers.get(session.remoteId)?.add(session);
  }
}
