import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** A state as a diagram shows it. */
export interface StateBox {
  /** Keys from the root, joined by dots; the root has ''. */
  readonly path: string;
  readonly key: string;
  readonly initial: string | undefined;
  readonly isFinal: boolean;
  readonly children: readonly StateBox[];
  /** What happens without leaving the state: `event [guard]`. */
  readonly internal: readonly string[];
  /** Actors that live as long as the state. */
  readonly invokes: readonly string[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

export interface Chart {
  readonly id: string;
  readonly root: StateBox;
  readonly edges: readonly Edge[];
}

interface Named {
  readonly type?: unknown;
}

/** Keys from the root, joined by dots. */
const pathOf = (node: AnyStateNode): string => node.path.join('.');

function guardName(guard: unknown): string {
  if (guard === undefined) return '';
  if (typeof guard === 'string') return ` [${guard}]`;
  if (typeof guard === 'object' && guard !== null) return ` [${String((guard as Named).type)}]`;
  return ' [inline]';
}

/** `xstate.after.stall.connection.connecting` reads `after stall`, `xstate.done.actor.open` reads `open done`. */
export function eventName(type: string): string {
  const after = /^xstate\.after\.([^.]+)\./.exec(type)?.[1];
  if (after !== undefined) return `after ${after}`;
  const actor = /^xstate\.(done|error)\.actor\.(.+)$/.exec(type);
  if (actor) return `${actor[2] === '*' ? 'any actor' : actor[2]} ${actor[1] === 'done' ? 'done' : 'failed'}`;
  return type === '' ? 'always' : type;
}

/** A transition as the machine defines it, and as `@xstate.microstep` tells of it. */
export interface ChartTransition {
  readonly source: AnyStateNode;
  readonly eventType: string;
  readonly guard?: unknown;
  readonly target?: readonly AnyStateNode[] | undefined;
}

const labelOf = ({ eventType, guard }: ChartTransition): string => `${eventName(eventType)}${guardName(guard)}`;

/** The edges that a transition is drawn as; none for one that leaves no state. */
export function edgesOf(transition: ChartTransition): Edge[] {
  const from = pathOf(transition.source);
  return (transition.target ?? []).map((node) => ({ from, to: pathOf(node), label: labelOf(transition) }));
}

const transitionsOf = (node: AnyStateNode): ChartTransition[] => [
  ...(node.always ?? []),
  ...[...node.transitions.values()].flat(),
];

/** The states and edges of a machine, read from the machine itself. */
export function readMachine(machine: AnyStateMachine): Chart {
  const edges: Edge[] = [];

  function read(node: AnyStateNode): StateBox {
    const internal: string[] = [];
    for (const transition of transitionsOf(node)) {
      const drawn = edgesOf(transition);
      if (drawn.length === 0) internal.push(labelOf(transition));
      edges.push(...drawn);
    }
    return {
      path: pathOf(node),
      key: node.key,
      initial: node.initial?.target[0]?.key,
      isFinal: node.type === 'final',
      children: Object.values(node.states).map(read),
      internal: [...new Set(internal)],
      invokes: node.invoke.map(({ id }) => id),
    };
  }

  const root = read(machine.root);
  return { id: machine.id, root, edges: merge(edges) };
}

/** Edges between the same two states become one with several lines. */
export function merge(edges: readonly Edge[]): Edge[] {
  const merged = new Map<string, Edge>();
  for (const edge of edges) {
    const key = `${edge.from} ${edge.to}`;
    const known = merged.get(key);
    const lines = known ? known.label.split('\n') : [];
    if (!lines.includes(edge.label)) lines.push(edge.label);
    merged.set(key, { ...edge, label: lines.join('\n') });
  }
  return [...merged.values()];
}
