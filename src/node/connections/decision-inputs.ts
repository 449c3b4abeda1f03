import type { Clock, Random } from '../../environment.ts';
import type { DecisionInputs } from '../../machines/connection/input.ts';
import type { ObservedInputs } from '../observer.ts';

type Kind = keyof ObservedInputs;

export interface DecisionInputLog {
  of(id: string): DecisionInputs;
  /** Keeps from now on the values that are read, until the returned function is called; {@link take} has to be called then. */
  keep(): () => void;
  /** The values that the connection with that peer read since the last call. */
  take(id: string): ObservedInputs | undefined;
}

/** The decision inputs of the connection machines, which a recording keeps for its replay. */
export function createDecisionInputLog(clock: Clock, random: Random): DecisionInputLog {
  const drawn = new Map<string, { [kind in Kind]?: number[] }>();
  let keepers = 0;

  function note(id: string, kind: Kind, value: number): number {
    if (keepers === 0) return value;
    const draws = drawn.get(id) ?? {};
    drawn.set(id, draws);
    draws[kind] = [...(draws[kind] ?? []), value];
    return value;
  }

  return {
    of: (id) => ({
      random: () => note(id, 'random', random()),
      monotonic: () => note(id, 'monotonic', clock.monotonic()),
      now: () => note(id, 'now', clock.now()),
    }),
    keep() {
      keepers += 1;
      return () => {
        keepers -= 1;
        if (keepers === 0) drawn.clear();
      };
    },
    take(id) {
      const draws = drawn.get(id);
      drawn.delete(id);
      return draws;
    },
  };
}
