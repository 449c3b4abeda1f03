import type { PeerResults } from '../../api/messages.ts';
import type { DeviceId } from '../../protocol/device-id.ts';

/** What a peer gave, or will give; that promise may not reject. */
type Pending<Result> = readonly [id: DeviceId, result: Result | Promise<Result>];

type Begin<Result> = () => readonly Pending<Result>[] | Promise<readonly Pending<Result>[]>;

/**
 * Collects what peers give, once `begin` has called each of them.
 *
 * @param begin Called at once. What it throws, or rejects with, is the rejection of all.
 */
export function createPeerResults<Result>(begin: Begin<Result>): PeerResults<Result> {
  const collection = new Collection(begin);
  return Object.assign(collection.all, { [Symbol.asyncIterator]: () => collection.each() });
}

class Collection<Result> {
  readonly all: Promise<ReadonlyMap<DeviceId, Result>>;
  /** In the order in which they came. */
  readonly #settled: (readonly [DeviceId, Result])[] = [];
  #isWhole = false;
  /** Resolves when there is another one, or there will be no more; made for a loop that waits. */
  #change: PromiseWithResolvers<void> | undefined;

  constructor(begin: Begin<Result>) {
    this.all = this.#collect(begin);
  }

  async *each(): AsyncGenerator<readonly [DeviceId, Result], undefined> {
    for (let next = 0; ; ) {
      const settled = this.#settled[next];
      if (settled) {
        next += 1;
        yield settled;
      } else if (this.#isWhole) {
        await this.all;
        return undefined;
      } else {
        this.#change ??= Promise.withResolvers<void>();
        await this.#change.promise;
      }
    }
  }

  async #collect(begin: Begin<Result>): Promise<ReadonlyMap<DeviceId, Result>> {
    try {
      const begun = begin();
      const pending = begun instanceof Promise ? await begun : begun;
      await Promise.all(pending.map(([id, result]) => this.#wait(id, result)));
    } finally {
      this.#isWhole = true;
      this.#changed();
    }
    return new Map(this.#settled);
  }

  #wait(id: DeviceId, result: Result | Promise<Result>): Promise<void> | undefined {
    if (result instanceof Promise) return result.then((later) => this.#add(id, later));
    this.#add(id, result);
    return undefined;
  }

  #add(id: DeviceId, result: Result): void {
    this.#settled.push([id, result]);
    this.#changed();
  }

  #changed(): void {
    this.#change?.resolve();
    this.#change = undefined;
  }
}
