import type { ConnectionChange } from '../../api/peers.ts';
import type { ConnectionState } from '../../machines/connection/reasons.ts';
import { trimMap } from './bounded.ts';
import { createActorView, type Model, type PeerView } from './model.ts';
import type { DeviceTraceEvent, PeerEvent } from './trace-events.ts';

const namesKept = 2_048;

export function peerOf(model: Model, id: string): PeerView {
  const known = model.peers.get(id);
  if (known) return known;
  const view: PeerView = {
    id,
    name: model.names.get(id) ?? null,
    state: 'heard',
    machine: createActorView(),
    about: null,
    peer: null,
    device: null,
    session: null,
    figures: null,
    streams: null,
    changes: 0,
    changedAt: null,
  };
  model.peers.set(id, view);
  return view;
}

function setName(model: Model, view: PeerView, name: string): void {
  view.name = name;
  if (model.names.get(view.id) === name) return;
  model.names.set(view.id, name);
  trimMap(model.names, namesKept);
}

/** Of the closed ones only the last are of interest. */
function dropClosed(model: Model): void {
  let closed = 0;
  for (const view of model.peers.values()) if (view.state === 'closed') closed += 1;
  for (const view of model.peers.values()) {
    if (closed <= model.limits.closed) return;
    if (view.state !== 'closed') continue;
    closed -= 1;
    if (view.device === null) model.peers.delete(view.id);
    else view.state = 'heard';
  }
}

export function settle(model: Model, view: PeerView, state: ConnectionState | null): void {
  if (state === null || view.state === state) return;
  view.state = state;
  if (state === 'closed' && Number.isFinite(model.limits.closed)) dropClosed(model);
}

/** A change that programs see. The machine tells the same and more, a little later. */
export function changePeer(model: Model, change: ConnectionChange): void {
  const view = peerOf(model, change.id);
  const { state, reason, code, via, attempt, next, gaveUp } = change;
  const { epoch, signallingSessions } = view.about ?? { epoch: 0, signallingSessions: 0 };
  view.about = { state, reason, code, via, attempt, next, gaveUp, epoch, signallingSessions };
  view.changes += 1;
  view.changedAt = change.at;
  settle(model, view, state);
}

export function setPeer(model: Model, { id, peer }: Omit<PeerEvent, 't' | 'at'>): void {
  if (peer === null) {
    const known = model.peers.get(id);
    if (known) known.peer = null;
    return;
  }
  const view = peerOf(model, id);
  view.peer = peer;
  setName(model, view, peer.name);
  if (view.about === null) settle(model, view, 'connected');
}

export function setDevice(model: Model, { id, device }: Omit<DeviceTraceEvent, 't' | 'at'>): void {
  if (device === null) {
    const known = model.peers.get(id);
    if (!known) return;
    known.device = null;
    if (known.state === 'heard') model.peers.delete(id);
    return;
  }
  const view = peerOf(model, id);
  view.device = device;
  // What the peer itself said over a link counts more than what was heard.
  if (view.peer === null) setName(model, view, device.name);
}
