import type { StreamCounters } from '../monitoring/stream-counters.ts';
import type { ObservedStream } from '../observer.ts';
import type { WebStream } from './web-stream.ts';

/** The byte streams with one peer that are open: a program at each end has them. */
export class OpenStreams {
  readonly #counters: readonly StreamCounters[];
  readonly #streams = new Set<WebStream>();

  /** @param counters Those of the peer, and of the node. */
  constructor(counters: readonly StreamCounters[]) {
    this.#counters = counters;
  }

  add(web: WebStream, as: 'opened' | 'accepted'): void {
    this.#streams.add(web);
    for (const counters of this.#counters) counters.begin(web, as);
    void web.facade.closed.then(() => {
      this.#streams.delete(web);
      for (const counters of this.#counters) counters.end(web);
    });
  }

  /** The peer opened one that no program here takes. */
  refuse(): void {
    for (const counters of this.#counters) counters.refuse();
  }

  /** At most so many, the oldest first. */
  *observe(most: number): Iterable<ObservedStream> {
    let left = most;
    for (const web of this.#streams) {
      if (left === 0) return;
      left -= 1;
      yield web.observe();
    }
  }

  get size(): number {
    return this.#streams.size;
  }
}
