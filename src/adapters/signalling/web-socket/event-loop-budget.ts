import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';

/** What all wires of a node together may do in one turn of the event loop, so that it comes round for everybody else. */
export interface Turns {
  /** Something is about to be taken in. */
  begin(): void;
  /** This turn has had its time: who can wait does. */
  readonly isOver: boolean;
  /** Calls that in the next turn. */
  wait(resume: () => void): void;
}

/** @param soon Runs that when the event loop has come round. */
export function createTurns(
  { monotonic }: Pick<Clock, 'monotonic'>,
  soon: (run: () => void) => unknown = setImmediate,
): Turns {
  const waiting = new Set<() => void>();
  let began: number | undefined;

  function next(): void {
    began = undefined;
    const all = [...waiting];
    waiting.clear();
    for (const resume of all) resume();
  }

  return {
    begin() {
      if (began !== undefined) return;
      began = monotonic();
      soon(next);
    },
    get isOver() {
      return began !== undefined && monotonic() - began >= limits.webSocket.turnMs;
    },
    wait: (resume) => void waiting.add(resume),
  };
}
