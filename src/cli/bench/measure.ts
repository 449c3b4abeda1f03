import type { LanpeerNode } from '../../api/node.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { onAbort } from '../../util/abort.ts';
import { benchType } from './serve.ts';

/** Times of requests and their answers. */
export interface RoundTrips {
  readonly what: 'request' | 'request-beside-bulk';
  /** Of the data, each way. */
  readonly bytes: number;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

/** Messages in one direction, from the first call of `send` until the last one was delivered. */
export interface OneWay {
  readonly what: 'messages';
  readonly bytes: number;
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly megabytesPerSecond: number;
}

export type Measurement = RoundTrips | OneWay;

export interface MeasureDeps {
  readonly node: LanpeerNode;
  /** The peer, which serves. */
  readonly to: DeviceId;
  readonly clock: Clock;
  /** How long each figure is measured. */
  readonly ms: number;
  readonly signal: AbortSignal;
}

const smallBytes = 100;
const text = 'x'.repeat(smallBytes);

/** Percentile by nearest rank, of a sorted list. */
const percentile = (sorted: readonly number[], p: number): number =>
  sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;

function roundTripsOf(what: RoundTrips['what'], times: readonly number[]): RoundTrips {
  const sorted = times.toSorted((a, b) => a - b);
  const [p50Ms, p99Ms, worstMs] = [percentile(sorted, 50), percentile(sorted, 99), percentile(sorted, 100)];
  return { what, bytes: smallBytes, count: times.length, p50Ms, p99Ms, worstMs };
}

/** The figures of one connection, in turn. */
export class Measuring {
  readonly #deps: MeasureDeps;

  constructor(deps: MeasureDeps) {
    this.#deps = deps;
  }

  /** Rejects with `ERR_NO_RESPONDER` if the peer does not serve, with `ERR_BUSY` if it serves another one. */
  async *all(): AsyncGenerator<Measurement, void, void> {
    await this.#ask('begin');
    yield await this.#requests();
    yield await this.#oneWay(text);
    yield await this.#oneWay(new Uint8Array(16_384));
    const middle = await this.#oneWay(new Uint8Array(61_440));
    yield middle;
    const large = this.#largeFor(middle);
    yield await this.#oneWay(large);
    yield await this.#besideBulk(large);
    await this.#ask('end');
  }

  /** Half of what the time is enough for: on a slow way a fixed one would take minutes. */
  #largeFor({ megabytesPerSecond }: OneWay): Uint8Array {
    const bytes = Math.round((megabytesPerSecond * 1e6 * this.#deps.ms) / 2_000);
    return new Uint8Array(Math.min(Math.max(bytes, 1_048_576), limits.cli.benchMessageBytes));
  }

  #now(): number {
    return this.#deps.clock.monotonic();
  }

  async #ask(what: 'begin' | 'end'): Promise<void> {
    const { node, to, signal } = this.#deps;
    if ((await node.request(to, benchType, what, { signal })) === 'busy')
      throw new LanpeerError('ERR_BUSY', 'Another device measures with that peer at the moment: try again later.');
  }

  async #requests(): Promise<RoundTrips> {
    const times: number[] = [];
    const end = this.#now() + this.#deps.ms;
    while (this.#now() < end) times.push(await this.#request());
    return roundTripsOf('request', times);
  }

  async #request(): Promise<number> {
    const { node, to, signal } = this.#deps;
    const begun = this.#now();
    await node.request(to, 'echo', text, { signal });
    return this.#now() - begun;
  }

  async #oneWay(data: string | Uint8Array): Promise<OneWay> {
    const begun = this.#now();
    const end = begun + this.#deps.ms;
    let last = await this.#send(data);
    let count = 1;
    for (; this.#now() < end; count += 1) last = await this.#send(data);
    await this.#arrival(last);
    const seconds = (this.#now() - begun) / 1_000;
    const perSecond = count / seconds;
    return {
      what: 'messages',
      bytes: data.length,
      count,
      seconds,
      perSecond,
      megabytesPerSecond: (perSecond * data.length) / 1e6,
    };
  }

  async #besideBulk(large: Uint8Array): Promise<RoundTrips> {
    const times: number[] = [];
    const end = this.#now() + this.#deps.ms;
    while (this.#now() < end) {
      let isUnderWay = true;
      const arrival = this.#arrival(await this.#send(large)).finally(() => {
        isUnderWay = false;
      });
      const asking = async (): Promise<void> => {
        while (isUnderWay) times.push(await this.#request());
      };
      await Promise.all([arrival, asking()]);
    }
    return roundTripsOf('request-beside-bulk', times);
  }

  async #send(data: string | Uint8Array): Promise<Promise<unknown>[]> {
    const { node, to, signal } = this.#deps;
    // In an array, so that `await` does not wait for it.
    return [(await node.send(to, benchType, data, { signal })).delivered];
  }

  /** Rejects with `ERR_UNKNOWN_OUTCOME` if it was lost, `ERR_TIMEOUT` if it takes too long, `ERR_ABORTED`. */
  async #arrival([delivered]: readonly Promise<unknown>[]): Promise<void> {
    const { clock, signal } = this.#deps;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = clock.setTimeout(
      () => reject(new LanpeerError('ERR_TIMEOUT', 'What was sent did not arrive in time.')),
      limits.cli.benchArrivalMs,
    );
    const off = onAbort(signal, () => reject(new LanpeerError('ERR_ABORTED')));
    try {
      const outcome = await Promise.race([delivered, promise]);
      if (outcome !== 'delivered') throw new LanpeerError('ERR_UNKNOWN_OUTCOME');
    } finally {
      off();
      clock.clearTimeout(timer);
    }
  }
}
