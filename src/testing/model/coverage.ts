import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  getStateNodes,
  type InspectionEvent,
} from 'xstate';

interface Transition {
  readonly source: AnyStateNode;
  readonly eventType: string;
}

const listOf = (node: AnyStateNode, eventType: string): readonly unknown[] =>
  eventType === '' ? (node.always ?? []) : (node.transitions.get(eventType) ?? []);

/** One name per transition of a machine: `source, event #place among those of that source and event`. */
function nameOf(transition: Transition): string {
  const { source, eventType } = transition;
  return `${source.id}, ${eventType || 'always'} #${listOf(source, eventType).indexOf(transition)}`;
}

/** Every state that can be rested in or passed, by id. */
export function machineStates(machine: AnyStateMachine): string[] {
  const below = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(below)];
  return below(machine.root).map(({ id }) => id);
}

/** Every transition that the machine has, with those on time, on the end of actors and without an event. */
export function machineTransitions(machine: AnyStateMachine): string[] {
  const below = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(below)];
  return below(machine.root).flatMap((node) => [
    ...[...node.transitions.values()].flat().map(nameOf),
    ...(node.always ?? []).map(nameOf),
  ]);
}

/** What a machine of the given id went through, over all actors that `inspect` is given to. */
export function createCoverage(id: string) {
  const states = new Set<string>();
  const transitions = new Set<string>();
  return {
    states,
    transitions,
    inspect(event: InspectionEvent): void {
      if (event.type !== '@xstate.microstep' && event.type !== '@xstate.snapshot') return;
      const { machine, value } = event.snapshot as Partial<AnyMachineSnapshot>;
      if (machine?.id !== id) return;
      for (const node of getStateNodes(machine.root, value)) states.add(node.id);
      if (event.type !== '@xstate.microstep') return;
      for (const transition of event._transitions) transitions.add(nameOf(transition));
    },
  };
}
