import { setActor } from './actors.ts';
import type { Model } from './model.ts';
import { setDevice, setPeer } from './peers.ts';
import type { StateEvent } from './trace-events.ts';

/** How everything stands now: what is not named is gone, what was counted and seen of the rest is kept. */
export function resync(model: Model, { node, actors, peers, devices, notices = [] }: StateEvent): void {
  model.stale = false;
  model.node.id = node.id;
  model.node.port = node.port;
  const named = new Set<string>(actors.map(({ actor }) => actor));
  const known = new Set([...peers, ...devices].map(({ id }) => id));
  for (const view of model.peers.values()) {
    view.peer = null;
    view.device = null;
    view.streams = null;
    if (named.has(`peer:${view.id}`)) continue;
    if (!known.has(view.id)) model.peers.delete(view.id);
    view.state = 'heard';
    view.about = null;
    view.machine.value = null;
  }
  for (const actor of actors) setActor(model, actor);
  for (const peer of peers) setPeer(model, peer);
  for (const device of devices) setDevice(model, device);
  model.notices.clear();
  for (const notice of notices) model.notices.set(notice.code, notice);
}
