import assert from 'node:assert/strict';
import type { ConnectionEvent } from '../../src/machines/connection/events.ts';
import { type ConnectionSnapshot, connectionMachine } from '../../src/machines/connection/machine.ts';
import { type ConnectionGraphEvent, connectionEventsIn } from '../../src/testing/model/connection-graph.ts';
import type { ConnectionMoment } from '../../src/testing/model/connection-rig.ts';
import { type ConnectionWalk, createConnectionWalk, type WalkOptions } from './connection-walk.ts';

/** Every so many states a run of the machine without a break has to be where the exploration is. */
const uninterruptedEvery = 10;

/** Everything that can happen in that state and that the machine takes there, each once. */
function eventsIn(snapshot: ConnectionSnapshot): ConnectionGraphEvent[] {
  if (snapshot.status !== 'active') return [];
  const events = new Map(connectionEventsIn(snapshot).map((event) => [JSON.stringify(event), event]));
  return [...events.values()].filter(
    (event) => (connectionMachine.getTransitionData(snapshot, event as ConnectionEvent)?.length ?? 0) > 0,
  );
}

/** One step of the machine: from which state, by which event, to which state; states by their keys. */
export type ConnectionStep = readonly [from: string, event: ConnectionGraphEvent, to: string];

/**
 * Takes the real machine along every step from every state that they lead to, breadth first, and checks it after each. A
 * step begins with an actor that is restored in its state: to take each one's path anew costs ten times as much.
 */
export function exploreConnection(options: WalkOptions, onStep: (step: ConnectionStep) => void) {
  const reported = new Set<string>();
  const seen = new Set<string>();
  const queue: { readonly moment: ConnectionMoment; readonly taken: readonly ConnectionGraphEvent[] }[] = [];

  function arrive(walk: ConnectionWalk): string {
    const { key } = walk;
    for (const change of walk.check()) reported.add(change);
    if (seen.has(key)) return key;
    seen.add(key);
    queue.push({ moment: walk.moment(), taken: [...walk.taken] });
    return key;
  }

  arrive(createConnectionWalk(options, []));
  let explored = 0;
  for (let here = queue.shift(); here; here = queue.shift()) {
    const { moment, taken } = here;
    let walk = createConnectionWalk(options, taken, moment);
    const { snapshot, key } = walk;
    if (explored % uninterruptedEvery === 0) {
      const whole = createConnectionWalk(options, taken);
      assert.deepEqual([whole.key, whole.notes()], [key, walk.notes()]);
    }
    explored += 1;
    for (const event of eventsIn(snapshot)) {
      // An event that changed nothing leaves a walk that can take the next one.
      if (!walk.unmoved()) walk = createConnectionWalk(options, taken, moment);
      walk.play(event);
      onStep([key, event, arrive(walk)]);
    }
  }
  return { states: seen, reported };
}
