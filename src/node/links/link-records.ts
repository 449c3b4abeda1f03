import type { ByteCounters, ChannelDeps } from './channel-deps.ts';

/** The records of one link, counted: sealed where its transport does not do that. */
export class LinkRecords {
  readonly #deps: Pick<ChannelDeps, 'seal' | 'counters' | 'peerCounters'>;
  #peerCounters: ByteCounters | undefined;

  constructor(deps: Pick<ChannelDeps, 'seal' | 'counters' | 'peerCounters'>) {
    this.#deps = deps;
  }

  /** From now on they count for the peer, too. */
  begin(): void {
    this.#peerCounters = this.#deps.peerCounters();
  }

  /** The record of these frames, for the transport. */
  seal(plain: Uint8Array): Uint8Array {
    const { counters, seal } = this.#deps;
    const record = seal ? seal.seal(plain) : plain;
    counters.bytesSent += record.byteLength;
    if (this.#peerCounters) this.#peerCounters.bytesSent += record.byteLength;
    return record;
  }

  /** The frames of a record that came. Throws as {@link Seal.open}. */
  open(record: Uint8Array): Uint8Array {
    const { counters, seal } = this.#deps;
    counters.bytesReceived += record.byteLength;
    if (this.#peerCounters) this.#peerCounters.bytesReceived += record.byteLength;
    return seal ? seal.open(record) : record;
  }
}
