import { createMachine } from 'xstate';
import { adjacencyMapToArray, createTestModel } from 'xstate/graph';
import type { MessageMap, MessageTypes } from '../../api/messages.ts';
import type { PeerRun, PeerRunOptions } from './assertions.ts';
import { type PeerEvent, peerEvents } from './events.ts';
import type { Side } from './peer-rig.ts';
import { runPeerPath } from './run.ts';
import type { PeerModelState } from './states.ts';
import { type PeerStep, stepsOf } from './steps.ts';

/** One sequence of events for a program and its peer, from the start. */
export interface PeerPath {
  /** What happens, in words: a name for a test. */
  readonly description: string;
  /** Whether the node under test has the lower or the higher device id; the lower one makes the offers. */
  readonly side: Side;
  readonly steps: readonly PeerStep[];
  /**
   * Runs it with that program, on a network of its own, in virtual time. Rejects with what did not hold, after the path
   * and the step.
   */
  run<Program, PeerProgram = undefined, Messages extends MessageTypes<Messages> = MessageMap>(
    options: PeerRunOptions<Program, PeerProgram, Messages>,
  ): Promise<PeerRun>;
}

export interface PeerPathsOptions {
  /** Default: both, one after the other. */
  readonly side?: Side;
}

/** The steps of one side as a machine: what a program can see of one peer, whatever the cause. */
export function createPeerMachine(side: Side) {
  const steps = stepsOf(side);
  const names = [...new Set(steps.flatMap(({ from, to }) => [from, to]))];
  const on = (from: PeerModelState): Partial<Record<PeerEvent, { readonly target: PeerModelState }>> =>
    Object.fromEntries(steps.filter((step) => step.from === from).map(({ event, to }) => [event, { target: to }]));
  return createMachine({
    types: { events: {} as { readonly type: PeerEvent } },
    id: 'peer',
    initial: 'unknown',
    states: Object.fromEntries(names.map((name) => [name, { on: on(name) }])),
  });
}

function pathsOf(side: Side): PeerPath[] {
  const steps = stepsOf(side);
  const find = (from: unknown, event: string): PeerStep => {
    const step = steps.find((one) => one.from === from && one.event === event);
    if (!step) throw new TypeError(`There is no step ${event} in ${String(from)}.`);
    return step;
  };
  const model = createTestModel(createPeerMachine(side), {
    serializeState: ({ value }) => String(value),
    filterEvents: (snapshot, event) => snapshot.can(event),
  });
  const shortestPaths = new Map<unknown, readonly PeerStep[]>();
  for (const { state, steps: taken } of model.getShortestPaths({ allowDuplicatePaths: true })) {
    let at: PeerModelState = 'unknown';
    const path: PeerStep[] = [];
    for (const { event } of taken) {
      if ((event.type as string) === 'xstate.init') continue;
      const step = find(at, event.type);
      path.push(step);
      at = step.to;
    }
    shortestPaths.set(state.value, path);
  }
  const all = adjacencyMapToArray(model.getAdjacencyMap()).map(({ state, event }) => [
    ...(shortestPaths.get(state.value) ?? []),
    find(state.value, event.type),
  ]);
  const isPrefixOf = (path: readonly PeerStep[], other: readonly PeerStep[]): boolean =>
    path.length < other.length && path.every((step, at) => other[at] === step);
  return all
    .filter((path) => !all.some((other) => isPrefixOf(path, other)))
    .map((path) => {
      const description = `${side} id: ${path.map(({ event }) => peerEvents[event].text).join(', then ')}`;
      return { description, side, steps: path, run: (options) => runPeerPath(description, path, side, options) };
    });
}

/**
 * Paths that together take every transition of a connection that a program can see (see {@link peerTransitions}). Each is
 * a test of its own, for any test runner:
 *
 * ```ts
 * for (const path of peerPaths()) it(path.description, () => path.run({ start: (node) => createMyProgram(node), states: { … } }));
 * ```
 */
export function peerPaths({ side }: PeerPathsOptions = {}): readonly PeerPath[] {
  return (side ? [side] : (['lower', 'higher'] as const)).flatMap(pathsOf);
}
