import { isDeepStrictEqual } from 'node:util';
import type { StepEvent, Value } from '../../inspector/model/trace-events.ts';

/** An event that a machine took, and how it stood afterwards. */
export interface Took {
  readonly type: string;
  readonly value: Value;
  readonly about?: unknown;
}

const show = ({ type, value, about }: Took): string => JSON.stringify({ type, value, ...(about ? { about } : {}) });

interface Line {
  readonly recorded: StepEvent[];
  readonly replayed: Took[];
}

/** What each machine took, as it was recorded and as it is replayed; in pairs, whichever of the two comes first. */
export function createComparison() {
  const lines = new Map<string, Line>();
  let steps = 0;

  function lineOf(actor: string): Line {
    const line = lines.get(actor) ?? { recorded: [], replayed: [] };
    lines.set(actor, line);
    return line;
  }

  function differ(actor: string, traceEvent: StepEvent | undefined, took: Took | undefined): never {
    throw new Error(
      `After ${steps} steps the replay differs, at ${actor}${traceEvent ? `, ${new Date(traceEvent.at).toISOString()}` : ''}.\n` +
        `recorded: ${traceEvent ? show({ ...traceEvent, type: traceEvent.event.type }) : 'nothing'}\n` +
        `replayed: ${took ? show(took) : 'nothing'}`,
    );
  }

  function compare(actor: string): void {
    const { recorded, replayed } = lineOf(actor);
    while (recorded.length > 0 && replayed.length > 0) {
      const [traceEvent, took] = [recorded.shift(), replayed.shift()];
      if (!traceEvent || !took) return;
      const { event, value, about } = traceEvent;
      const expected: Took = { type: event.type, value, ...(about && { about }) };
      if (!isDeepStrictEqual(JSON.parse(show(took)), JSON.parse(show(expected)))) differ(actor, traceEvent, took);
      steps += 1;
    }
  }

  return {
    record: (traceEvent: StepEvent): void => void lineOf(traceEvent.actor).recorded.push(traceEvent),
    replay: (actor: string, took: Took): void => void lineOf(actor).replayed.push(took),
    compare(): void {
      for (const actor of lines.keys()) compare(actor);
    },
    /** Throws if one side went further than the other. */
    end(): number {
      for (const [actor, { recorded, replayed }] of lines)
        if (recorded.length > 0 || replayed.length > 0) differ(actor, recorded[0], replayed[0]);
      return steps;
    },
  };
}
