import type { ConnectionState } from '../../machines/connection/reasons.ts';
import { push } from './bounded.ts';
import { type ActorView, createActorView, type Model, nextNo, type PeerView } from './model.ts';
import { peerOf, settle } from './peers.ts';
import type { ActorEvent, StepEvent, Value } from './trace-events.ts';
import { leafOf, topOf } from './values.ts';

const prefix = 'peer:';
const recentEdges = 16;
const states: readonly string[] = ['new', 'connecting', 'connected', 'failed', 'closed'] satisfies ConnectionState[];

/** The peer that a machine is about; null for the machine of the node. */
export const peerIdOf = (actor: string): string | null =>
  actor.startsWith(prefix) ? actor.slice(prefix.length) : null;

function connectionState(value: Value): ConnectionState | null {
  const top = topOf(leafOf(value));
  return states.includes(top) ? (top as ConnectionState) : null;
}

/** A machine stands there, without a word about how it got there. */
export function setActor(model: Model, { actor, value, about }: Omit<ActorEvent, 't' | 'at' | 'input'>): void {
  const id = peerIdOf(actor);
  if (id === null) {
    model.node.machine.value = value;
    model.node.machine.status = 'active';
    return;
  }
  const view = peerOf(model, id);
  view.machine.value = value;
  view.machine.status = 'active';
  view.about = about ?? null;
  settle(model, view, connectionState(value));
}

/** A new machine for a peer has nothing of the one before it. */
export function addActor(model: Model, traceEvent: ActorEvent): void {
  const id = peerIdOf(traceEvent.actor);
  if (id !== null) Object.assign(peerOf(model, id).machine, createActorView());
  setActor(model, traceEvent);
}

export function stepActor(model: Model, traceEvent: StepEvent): void {
  const id = peerIdOf(traceEvent.actor);
  const view = id === null ? null : peerOf(model, id);
  remember(view?.machine ?? model.node.machine, traceEvent);
  if (traceEvent.taken.length > 0)
    push(model.steps, { kind: 'step', no: nextNo(model), at: traceEvent.at, step: traceEvent });
  if (view) follow(model, view, traceEvent);
}

function remember(machine: ActorView, { at, value, status, taken }: StepEvent): void {
  machine.value = value;
  machine.status = status;
  for (const edge of taken) machine.recent.push({ ...edge, at });
  if (machine.recent.length > recentEdges) machine.recent.splice(0, machine.recent.length - recentEdges);
}

function follow(model: Model, view: PeerView, { value, about }: StepEvent): void {
  if (about) view.about = about;
  settle(model, view, connectionState(value));
}
