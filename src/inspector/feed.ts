import type { Subscription } from 'rxjs';
import type { Device } from '../api/devices.ts';
import type { Peer } from '../api/peers.ts';
import { asLanpeerError, onlooker } from '../errors.ts';
import type { NodeView } from '../node/observer.ts';
import { createListeners } from '../util/listener-set.ts';
import { watchMachines } from './machines.ts';
import type { DeviceTraceEvent, PeerEvent, StateEvent, TraceEvent } from './model/trace-events.ts';

/** What happens in a node, as trace events, told to each listener. */
export interface Feed {
  /** Trace events from now on, until the returned function is called. A listener must not throw. */
  listen(listener: (frame: TraceEvent) => void): () => void;
  /** Every machine as it is now, as if it had come to be now. */
  begin(): TraceEvent[];
  state(): StateEvent;
  stop(): void;
}

const peerBody = ({ id, ...peer }: Peer): Omit<PeerEvent, 't' | 'at'> => ({ id, peer });

const deviceBody = ({ id, name, addresses, port }: Device): Omit<DeviceTraceEvent, 't' | 'at'> => ({
  id,
  device: { name, addresses, port },
});

export function createFeed(view: NodeView): Feed {
  const { streams, clock } = view;
  const listeners = createListeners<[frame: TraceEvent]>();
  let broken = false;

  /** Called by machines at work: an error of a listener must not reach them. */
  function tell(frame: TraceEvent): void {
    if (broken) return;
    try {
      listeners.call(frame);
    } catch (thrown) {
      broken = true;
      view.report(asLanpeerError(thrown, 'ERR_INTERNAL'));
    }
  }

  const machines = watchMachines(view, tell);
  let peers: ReadonlyMap<string, Peer> = new Map();
  let devices: ReadonlyMap<string, Device> = new Map();

  function tellPeers(now: ReadonlyMap<string, Peer>): void {
    const before = peers;
    peers = now;
    const at = clock.now();
    for (const [id, peer] of now) if (before.get(id) !== peer) tell({ t: 'peer', at, ...peerBody(peer) });
    for (const id of before.keys()) if (!now.has(id)) tell({ t: 'peer', at, id, peer: null });
  }

  const subscriptions: readonly Subscription[] = [
    streams.peers$.subscribe(tellPeers),
    streams.devices$.subscribe((now) => {
      devices = now;
    }),
    streams.deviceEvents$.subscribe(({ change, device }) => {
      const frame = deviceBody(device);
      tell({ t: 'device', at: clock.now(), ...frame, ...(change === 'lost' && { device: null }) });
    }),
    streams.connections$.subscribe((change) => tell({ t: 'change', at: change.at, change })),
    streams.sessions$.subscribe((change) => tell({ t: 'session', at: change.at, change })),
    streams.errors$.subscribe(onlooker(({ code, message }) => tell({ t: 'error', at: clock.now(), code, message }))),
  ];
  const stopNotices = view.watchNotices(({ change, notice, at }) => tell({ t: 'notice', at, change, notice }));
  const stopSignalling = view.watchSignalling((step) => tell({ t: 'signal', at: step.at, step }));

  return {
    listen: listeners.add,
    begin: () => machines.standing().map((standing) => ({ t: 'actor', at: clock.now(), ...standing })),
    state: () => ({
      t: 'state',
      at: clock.now(),
      node: { id: view.id(), port: view.port() },
      actors: machines.standing().map(({ input: _, ...standing }) => standing),
      peers: [...peers.values()].map(peerBody),
      devices: [...devices.values()].map(deviceBody),
      notices: [...view.notices()],
    }),
    stop() {
      machines.stop();
      stopNotices();
      stopSignalling();
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
