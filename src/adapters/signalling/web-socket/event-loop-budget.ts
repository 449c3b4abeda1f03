import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';

/**
 * Time that all wires of a node together may spend on messages in one turn of the event loop, so that everything else
 * gets its turn.
 */
export interface EventLoopBudget {
  /** A message is about to be received: the budget of this turn runs from its first one on. */
  start(): void;
  /** The budget of this turn is spent: wires pause. */
  readonly isSpent: boolean;
  /** Calls `resume` in the next turn. */
  nextTurn(resume: () => void): void;
}

/** @param schedule Calls back when the event loop has come round. */
export function createEventLoopBudget(
  { monotonic }: Pick<Clock, 'monotonic'>,
  schedule: (callback: () => void) => unknown = setImmediate,
): EventLoopBudget {
  const waiting = new Set<() => void>();
  let startedAt: number | undefined;

  function resumeAll(): void {
    startedAt = undefined;
    const callbacks = [...waiting];
    waiting.clear();
    for (const resume of callbacks) resume();
  }

  return {
    start() {
      if (startedAt !== undefined) return;
      startedAt = monotonic();
      schedule(resumeAll);
    },
    get isSpent() {
      return startedAt !== undefined && monotonic() - startedAt >= limits.webSocket.turnMs;
    },
    nextTurn: (resume) => void waiting.add(resume),
  };
}
