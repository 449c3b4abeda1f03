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

export function createGate(limits: { readonly size: number; readonly perSource: number }): Gate {
  const inside: Visitor[] = [];
  const waiting: Visitor[] = [];

  const fits = ({ source }: Visitor): boolean =>
    source === undefined || inside.filter((one) => one.source === source).length < limits.perSource;

  function take(list: Visitor[], visitor: Visitor): void {
    const at = list.indexOf(visitor);
    if (at >= 0) list.splice(at, 1);
  }

  function admit(): void {
    while (inside.length < limits.size) {
      const next = waiting.find(({ source }) => source === undefined) ?? waiting.find(fits);
      if (!next) return;
      take(waiting, next);
      inside.push(next);
      next.enter();
    }
  }

  return (signal, source) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        take(waiting, visitor);
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
