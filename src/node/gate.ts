import type { Clock } from '../environment.ts';
import { LanpeerError } from '../errors.ts';

/**
 * Lets so many at a time pass; the others wait in order. Resolves with the function that leaves; rejects with
 * `ERR_ABORTED`. Of one `source` fewer pass at a time; who has none goes first.
 */
export type Gate = (signal: AbortSignal, source?: string) => Promise<() => void>;

interface Visitor {
  readonly source: string | undefined;
  readonly enter: () => void;
}

export interface GateLimits {
  readonly size: number;
  readonly perSource: number;
  /** So many are let in at once; each more of them after a look that is on time, or if none of its source is inside. */
  readonly eager: number;
  readonly lookEveryMs: number;
  readonly lateMs: number;
}

/**
 * What passes takes processor time. Where there is none, which a look shows that comes late, it is better that a few
 * arrive than that all are under way.
 */
export function createGate(limits: GateLimits, clock: Clock): Gate {
  let timer: unknown;
  const inside: Visitor[] = [];
  const waiting: Visitor[] = [];

  const fits = ({ source }: Visitor): boolean =>
    source === undefined || inside.filter((one) => one.source === source).length < limits.perSource;

  function take(list: Visitor[], visitor: Visitor): void {
    const at = list.indexOf(visitor);
    if (at >= 0) list.splice(at, 1);
  }

  function pass(visitor: Visitor): void {
    take(waiting, visitor);
    inside.push(visitor);
    visitor.enter();
  }

  /** Else those of one source that take their time would keep all others out for as long as this process is late. */
  function admitOther(): void {
    if (inside.length >= limits.size) return;
    const isOther = ({ source }: Visitor): boolean => inside.every((one) => one.source !== source);
    const next = waiting.find((one) => one.source === undefined && isOther(one)) ?? waiting.find(isOther);
    if (next) pass(next);
  }

  function admit(most = limits.eager): void {
    while (inside.length < limits.size) {
      const next = waiting.find(({ source }) => source === undefined) ?? waiting.find(fits);
      if (!next) break;
      if (inside.length >= most) {
        look();
        return;
      }
      pass(next);
    }
    rest();
  }

  /** Nobody waits: there is nothing to look for. */
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
      admit(late ? limits.eager : Math.max(limits.eager, inside.length + 1));
    }, limits.lookEveryMs);
  }

  return (signal, source) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        take(waiting, visitor);
        rest();
        reject(new LanpeerError('ERR_ABORTED'));
      };
      const visitor: Visitor = {
        source,
        enter() {
          signal.removeEventListener('abort', abort);
          resolve(() => {
            take(inside, visitor);
            admit();
          });
        },
      };
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(visitor);
      admit();
    });
}
