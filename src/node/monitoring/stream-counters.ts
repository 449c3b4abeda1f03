import type { StreamStats } from '../../api/stats.ts';

/** How many bytes of a stream were read: by the other program of what this one wrote, and the reverse. */
export interface CountedStream {
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** Counters of the byte streams of one peer, or of a node. Nothing is counted byte by byte: each stream knows its own. */
export class StreamCounters {
  readonly #open = new Set<CountedStream>();
  readonly #counts = { opened: 0, accepted: 0, refused: 0, sent: 0, received: 0 };

  begin(stream: CountedStream, as: 'opened' | 'accepted'): void {
    this.#open.add(stream);
    this.#counts[as] += 1;
  }

  /** Both of its directions are over. */
  end(stream: CountedStream): void {
    if (!this.#open.delete(stream)) return;
    this.#counts.sent += stream.bytesSent;
    this.#counts.received += stream.bytesReceived;
  }

  refuse(): void {
    this.#counts.refused += 1;
  }

  stats(): StreamStats {
    const stats = { open: this.#open.size, ...this.#counts };
    for (const { bytesSent, bytesReceived } of this.#open) {
      stats.sent += bytesSent;
      stats.received += bytesReceived;
    }
    return stats;
  }
}
