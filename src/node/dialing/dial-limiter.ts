import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { onAbort } from '../../util/abort.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { createTokenBucket, createTokenBuckets, type Rate } from '../../util/token-bucket.ts';

/**
 * Lets so many dials at a time pass; of those that wait it is the turn of the source that had none for longest.
 * Resolves with the function that leaves; rejects with `ERR_ABORTED`. Of one `source` fewer pass at a time; a source
 * that has none goes first. `target`: an address that only announcements name; so many dials a second to each, and to
 * all of them, not counting those that reached their peer.
 */
export type DialLimiter = (
  signal: AbortSignal,
  source?: string,
  target?: string,
) => Promise<(reached?: boolean) => void>;

interface Visitor {
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly enter: () => void;
  /** Time inside, ms, while this process was on time. */
  ms: number;
}

export interface DialLimits {
  readonly size: number;
  readonly perSource: number;
  /** So many are let in at once; each more of them after a look that is on time, or if none of its source is inside. */
  readonly eager: number;
  readonly lookEveryMs: number;
  readonly lateMs: number;
  /**
   * A dial that is inside for so long while others wait counts no more in `size`: without an answer it takes no
   * processor time. So many times that may be inside all the same. Default: for ever.
   */
  readonly idleMs?: number;
  readonly idleTimes?: number;
  /** Of visitors with a target: for each target, and for all of them. Default: no limit. */
  readonly perTarget?: Rate;
  readonly targets?: Rate;
}

/** Sources and targets that are remembered. */
const remembered = 1_024;

const unlimited: Rate = { burst: Number.POSITIVE_INFINITY, perSecond: 0 };

/**
 * What passes takes processor time. Where there is none, which a look shows that comes late, it is better that a few
 * arrive than that all are under way.
 */
export function createDialLimiter(limits: DialLimits, clock: Clock): DialLimiter {
  const { size, perSource, idleMs = Number.POSITIVE_INFINITY, idleTimes = 1 } = limits;
  const perTarget = createTokenBuckets(limits.perTarget ?? unlimited, remembered, clock);
  const targets = createTokenBucket(limits.targets ?? unlimited, clock);
  let timer: unknown;
  const inside: Visitor[] = [];
  const waiting: Visitor[] = [];
  /** Of sources in the order of their last turn. */
  const turns = new BoundedMap<string, number>(remembered);
  let turn = 0;

  const isBusy = ({ ms }: Visitor): boolean => ms < idleMs;
  const busy = (): number => inside.filter(isBusy).length;
  const hasRoom = (): boolean => busy() < size && inside.length < idleTimes * size;

  const fits = ({ source }: Visitor): boolean =>
    source === undefined || inside.filter((one) => one.source === source).length < perSource;

  const isDue = ({ target }: Visitor): boolean =>
    target === undefined || (targets.tokens >= 1 && perTarget.has(target));

  function take(list: Visitor[], visitor: Visitor): void {
    const at = list.indexOf(visitor);
    if (at >= 0) list.splice(at, 1);
  }

  function pass(visitor: Visitor): void {
    const { source, target } = visitor;
    take(waiting, visitor);
    inside.push(visitor);
    if (source !== undefined) {
      turn += 1;
      turns.set(source, turn);
    }
    if (target !== undefined) {
      targets.take();
      perTarget.take(target);
    }
    visitor.enter();
  }

  /** Whose turn it is of these; of one source the first. */
  function nextOf(able: (visitor: Visitor) => boolean): Visitor | undefined {
    const turnOf = ({ source }: Visitor): number => (source === undefined ? -1 : (turns.get(source) ?? 0));
    return waiting
      .filter((one) => able(one) && isDue(one))
      .reduce<Visitor | undefined>((best, one) => (best && turnOf(best) <= turnOf(one) ? best : one), undefined);
  }

  /** Else those of one source that take their time would keep all others out for as long as this process is late. */
  function admitOther(): void {
    if (!hasRoom()) return;
    const next = nextOf(({ source }) => inside.every((one) => one.source !== source));
    if (next) pass(next);
  }

  function admit(most = limits.eager): void {
    while (hasRoom()) {
      const next = nextOf(fits);
      if (!next || busy() >= most) break;
      pass(next);
    }
    if (waiting.length > 0) look();
    else rest();
  }

  /** No dial waits: there is nothing to look for. */
  function rest(): void {
    if (waiting.length > 0) return;
    clock.clearTimeout(timer);
    timer = undefined;
  }

  function look(): void {
    if (timer !== undefined) return;
    const due = clock.monotonic() + limits.lookEveryMs;
    timer = clock.setTimeout(() => {
      timer = undefined;
      const late = clock.monotonic() - due > limits.lateMs;
      if (late) admitOther();
      else for (const visitor of inside) visitor.ms += limits.lookEveryMs;
      admit(late ? limits.eager : Math.max(limits.eager, busy() + 1));
    }, limits.lookEveryMs);
  }

  return (signal, source, target) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        take(waiting, visitor);
        rest();
        reject(new LanpeerError('ERR_ABORTED'));
      };
      const visitor: Visitor = {
        source,
        target,
        ms: 0,
        enter() {
          off();
          resolve((reached = false) => {
            take(inside, visitor);
            if (reached && target !== undefined) {
              targets.give();
              perTarget.give(target);
            }
            admit();
          });
        },
      };
      if (signal.aborted) {
        abort();
        return;
      }
      const off = onAbort(signal, abort);
      waiting.push(visitor);
      admit();
    });
}
