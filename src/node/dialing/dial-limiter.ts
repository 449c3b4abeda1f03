import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { onAbort } from '../../util/abort.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import {
  createTokenBucket,
  createTokenBuckets,
  type Rate,
  type TokenBucket,
  type TokenBuckets,
} from '../../util/token-bucket.ts';

/** A dial that waits for its turn, or has begun. */
interface Entry {
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly begin: () => void;
  /** For so long it has been under way, ms, while this process was on time. */
  ms: number;
}

export interface DialLimits {
  readonly size: number;
  readonly perSource: number;
  /** So many are let through at once; each more of them after a look that is on time, or if none of its source is under way. */
  readonly eager: number;
  readonly lookEveryMs: number;
  readonly lateMs: number;
  /**
   * A dial that is under way for so long while others wait counts no more in `size`: without an answer it takes no
   * processor time. So many times that may be under way all the same. Default: for ever.
   */
  readonly idleMs?: number;
  readonly idleTimes?: number;
  /** Of dials with a target: for each target, and for all of them. Default: no limit. */
  readonly perTarget?: Rate;
  readonly targets?: Rate;
}

/** Sources and targets that are remembered. */
const remembered = 1_024;

const unlimited: Rate = { burst: Number.POSITIVE_INFINITY, perSecond: 0 };

/**
 * Lets so many dials at a time through. A dial takes processor time: where there is none, which a look shows that comes
 * late, it is better that a few arrive than that all are under way.
 */
export class DialLimiter {
  readonly #limits: DialLimits;
  readonly #clock: Clock;
  readonly #perTarget: TokenBuckets;
  readonly #targets: TokenBucket;
  readonly #underWay: Entry[] = [];
  readonly #waiting: Entry[] = [];
  /** Of sources in the order of their last turn. */
  readonly #turns = new BoundedMap<string, number>(remembered);
  #turn = 0;
  #timer: unknown;

  constructor(limits: DialLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#perTarget = createTokenBuckets(limits.perTarget ?? unlimited, remembered, clock);
    this.#targets = createTokenBucket(limits.targets ?? unlimited, clock);
  }

  /**
   * Of those that wait it is the turn of the source that had none for longest. Of one source fewer are under way at a
   * time; a dial without one goes first.
   *
   * @param target An address that only announcements name; so many dials a second to each, and to all of them, not
   *   counting those that reached their peer.
   * @returns Resolves with the function that releases the place; rejects with `ERR_ABORTED`.
   */
  acquire(signal: AbortSignal, source?: string, target?: string): Promise<(reached?: boolean) => void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        remove(this.#waiting, entry);
        this.#rest();
        reject(new LanpeerError('ERR_ABORTED'));
      };
      const entry: Entry = {
        source,
        target,
        ms: 0,
        begin: () => {
          off();
          resolve((reached = false) => this.#release(entry, reached));
        },
      };
      if (signal.aborted) {
        abort();
        return;
      }
      const off = onAbort(signal, abort);
      this.#waiting.push(entry);
      this.#admit();
    });
  }

  #release(entry: Entry, reached: boolean): void {
    remove(this.#underWay, entry);
    if (reached && entry.target !== undefined) {
      this.#targets.give();
      this.#perTarget.give(entry.target);
    }
    this.#admit();
  }

  /** Those under way that take processor time. */
  #busy(): number {
    const { idleMs = Number.POSITIVE_INFINITY } = this.#limits;
    return this.#underWay.filter(({ ms }) => ms < idleMs).length;
  }

  #hasRoom(): boolean {
    const { size, idleTimes = 1 } = this.#limits;
    return this.#busy() < size && this.#underWay.length < idleTimes * size;
  }

  #begin(entry: Entry): void {
    const { source, target } = entry;
    remove(this.#waiting, entry);
    this.#underWay.push(entry);
    if (source !== undefined) {
      this.#turn += 1;
      this.#turns.set(source, this.#turn);
    }
    if (target !== undefined) {
      this.#targets.take();
      this.#perTarget.take(target);
    }
    entry.begin();
  }

  /** True if its source has not too many under way. */
  readonly #fits = ({ source }: Entry): boolean =>
    source === undefined || this.#countOf(source) < this.#limits.perSource;

  #countOf(source: string | undefined): number {
    return this.#underWay.filter((one) => one.source === source).length;
  }

  /** True if its target may be dialed again already. */
  #isDue({ target }: Entry): boolean {
    return target === undefined || (this.#targets.tokens >= 1 && this.#perTarget.has(target));
  }

  /** Whose turn it is of these; of one source the first. */
  #nextOf(able: (entry: Entry) => boolean): Entry | undefined {
    const turnOf = ({ source }: Entry): number => (source === undefined ? -1 : (this.#turns.get(source) ?? 0));
    return this.#waiting
      .filter((one) => able(one) && this.#isDue(one))
      .reduce<Entry | undefined>((best, one) => (best && turnOf(best) <= turnOf(one) ? best : one), undefined);
  }

  /** Else those of one source that take their time would keep all others out for as long as this process is late. */
  #admitOther(): void {
    if (!this.#hasRoom()) return;
    const next = this.#nextOf(({ source }) => this.#countOf(source) === 0);
    if (next) this.#begin(next);
  }

  #admit(most = this.#limits.eager): void {
    while (this.#hasRoom()) {
      const next = this.#nextOf(this.#fits);
      if (!next || this.#busy() >= most) break;
      this.#begin(next);
    }
    if (this.#waiting.length > 0) this.#look();
    else this.#rest();
  }

  /** No dial waits: there is nothing to look for. */
  #rest(): void {
    if (this.#waiting.length > 0) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    if (this.#timer !== undefined) return;
    const { lookEveryMs, lateMs, eager } = this.#limits;
    const due = this.#clock.monotonic() + lookEveryMs;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      const late = this.#clock.monotonic() - due > lateMs;
      if (late) this.#admitOther();
      else for (const entry of this.#underWay) entry.ms += lookEveryMs;
      this.#admit(late ? eager : Math.max(eager, this.#busy() + 1));
    }, lookEveryMs);
  }
}

function remove(list: Entry[], entry: Entry): void {
  const at = list.indexOf(entry);
  if (at >= 0) list.splice(at, 1);
}
