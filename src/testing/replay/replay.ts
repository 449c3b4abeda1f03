import { type AnyActorRef, type AnyEventObject, createActor, fromCallback, fromPromise } from 'xstate';
import type { ActorEvent, TraceEvent, Value } from '../../inspector/model/trace-events.ts';
import { readRecording } from '../../inspector/read-recording.ts';
import { summaryOf } from '../../inspector/summaries.ts';
import type { ConnectionContext } from '../../machines/connection/context.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { DecisionInputs } from '../../machines/connection/input.ts';
import { connectionMachine } from '../../machines/connection/machine.ts';
import type { NodeContext, NodeInput } from '../../machines/node/context.ts';
import type { NodeEvent } from '../../machines/node/events.ts';
import { nodeMachine } from '../../machines/node/machine.ts';
import { createComparison, type Took } from './comparison.ts';

/** What a replay went through. */
export interface Replay {
  /** Machines: the node's and one for every connection. */
  readonly machines: number;
  /** Events that they took. */
  readonly steps: number;
}

const pending = (): Promise<never> => new Promise(() => undefined);
const silence = fromCallback<ConnectionEvent>(() => undefined);

/** The machines with nothing behind them: what the world said is in the recording. */
const machine = nodeMachine.provide({
  actors: {
    open: fromPromise<{ readonly ownId: string }>(pending),
    discovery: fromCallback<NodeEvent>(() => undefined),
    flush: fromPromise<void>(pending),
    close: fromPromise<void>(pending),
    connection: connectionMachine.provide({ actors: { link: silence as never, dialer: silence as never } }),
  },
});

/** Timers are events of the recording as well. */
const stoppedClock = { setTimeout: () => 0, clearTimeout: () => undefined };

/** The answers of the world to each connection, in the order in which they were given. */
function createAnswers(traceEvents: readonly TraceEvent[]): (id: string) => DecisionInputs {
  const answers = new Map<string, Record<keyof DecisionInputs, number[]>>();
  for (const traceEvent of traceEvents) {
    if (traceEvent.t !== 'step' || !traceEvent.drawn) continue;
    const id = traceEvent.actor.replace(/^peer:/, '');
    const known = answers.get(id) ?? { random: [], monotonic: [], now: [] };
    answers.set(id, known);
    for (const kind of ['random', 'monotonic', 'now'] as const)
      known[kind] = known[kind].concat(traceEvent.drawn[kind] ?? []);
  }
  // One that was not recorded is not a number, which shows in what follows.
  const next = (id: string, kind: keyof DecisionInputs) => (): number => answers.get(id)?.[kind].shift() ?? Number.NaN;
  return (id) => ({ random: next(id, 'random'), monotonic: next(id, 'monotonic'), now: next(id, 'now') });
}

function startNode(
  { input }: ActorEvent,
  traceEvents: readonly TraceEvent[],
  took: (actor: AnyActorRef, one: Took) => void,
) {
  const { ownId, blocked, ...made } = input as unknown as NodeInput & {
    readonly ownId: string | null;
    readonly blocked: readonly (readonly [string, never])[];
  };
  const given: NodeInput = { ...made, decisionInputsOf: createAnswers(traceEvents) };
  const context: NodeContext = { ...given, ownId, blocked: new Map(blocked), copy: null, error: null };
  const snapshot = machine.resolveState({ value: 'stopped', context });
  return createActor(machine, {
    id: 'node',
    input: given,
    snapshot: snapshot as never,
    clock: stoppedClock,
    inspect(inspected) {
      if (inspected.type !== '@xstate.snapshot' || inspected.event.type === 'xstate.init') return;
      const { value, context: now } = inspected.snapshot as unknown as { value?: Value; context: unknown };
      if (value === undefined) return;
      const actor = inspected.actorRef as AnyActorRef;
      const about = actor.id === 'node' ? undefined : summaryOf(now as ConnectionContext);
      took(actor, { type: inspected.event.type, value, ...(about && { about }) });
    },
  }).start();
}

/**
 * Gives the machines what they were given in a recording, and compares what follows: every state, and what a connection
 * says of itself. Throws an `Error` that names the first step that differs: then the machines decide otherwise than those
 * that were recorded.
 */
export function replayTrace(traceEvents: readonly TraceEvent[]): Replay {
  const beginning = traceEvents.find((traceEvent) => traceEvent.t === 'actor' && traceEvent.actor === 'node');
  if (beginning?.t !== 'actor') throw new Error('The recording does not begin with its node.');
  const comparison = createComparison();
  const node = startNode(beginning, traceEvents, (actor, took) => {
    // The end of an actor by another one is no decision of its own.
    if (took.type !== 'xstate.stop') comparison.replay(actor.id, took);
  });
  const refOf = (name: string): AnyActorRef | undefined =>
    name === 'node' ? node : (node.getSnapshot().children as Readonly<Record<string, AnyActorRef>>)[name];

  try {
    for (const traceEvent of traceEvents) {
      if (traceEvent.t === 'gap') throw new Error('The recording has a gap: what follows cannot be replayed.');
      if (traceEvent.t !== 'step' || traceEvent.event.type === 'xstate.stop') continue;
      comparison.record(traceEvent);
      // What one machine told another follows from what the first one took.
      if (!traceEvent.inner) refOf(traceEvent.actor)?.send(traceEvent.event as AnyEventObject);
      comparison.compare();
    }
    return { machines: traceEvents.filter(({ t }) => t === 'actor').length, steps: comparison.end() };
  } finally {
    node.stop();
  }
}

/** {@link replayTrace} of a file: `it('decides as it did', () => replayRecording('field.jsonl'))`. */
export async function replayRecording(file: string): Promise<Replay> {
  return replayTrace(await readRecording(file));
}
