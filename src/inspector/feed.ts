import type { Subscription } from 'rxjs';
import type { Device } from '../api/devices.ts';
import type { Peer } from '../api/peers.ts';
import { asLanpeerError, onlooker } from '../errors.ts';
import type { NodeView } from '../node/observer.ts';
import { createListeners } from '../util/listener-set.ts';
import { Diagnoses } from './diagnoses.ts';
import { watchMachines } from './machines.ts';
import type { DeviceTraceEvent, PeerEvent, StateEvent, TraceEvent } from './model/trace-events.ts';

/** What happens in a node, as trace events, told to each listener. */
export interface Feed {
  /** Trace events from now on, until the returned function is called. A listener must not throw. */
  listen(listener: (traceEvent: TraceEvent) => void): () => void;
  /** Every machine as it is now, as if it had come to be now. */
  begin(): TraceEvent[];
  state(): StateEvent;
  readonly diagnoses: Diagnoses;
  stop(): void;
}

const peerBody = ({ id, ...peer }: Peer): Omit<PeerEvent, 't' | 'at'> => ({ id, peer });

const deviceBody = ({ id, name, addresses, port }: Device): Omit<DeviceTraceEvent, 't' | 'at'> => ({
  id,
  device: { name, addresses, port },
});

export function createFeed(view: NodeView): Feed {
  const { streams, clock } = view;
  const listeners = createListeners<[traceEvent: TraceEvent]>();
  let broken = false;

  /** Called by machines at work: an error of a listener must not reach them. */
  function emit(traceEvent: TraceEvent): void {
    if (broken) return;
    try {
      listeners.call(traceEvent);
    } catch (thrown) {
      broken = true;
      view.report(asLanpeerError(thrown, 'ERR_INTERNAL'));
    }
  }

  const machines = watchMachines(view, emit);
  const diagnoses = new Diagnoses(view, emit);
  let peers: ReadonlyMap<string, Peer> = new Map();
  let devices: ReadonlyMap<string, Device> = new Map();

  function emitPeers(now: ReadonlyMap<string, Peer>): void {
    const before = peers;
    peers = now;
    const at = clock.now();
    for (const [id, peer] of now) if (before.get(id) !== peer) emit({ t: 'peer', at, ...peerBody(peer) });
    for (const id of before.keys()) if (!now.has(id)) emit({ t: 'peer', at, id, peer: null });
  }

  const subscriptions: readonly Subscription[] = [
    streams.peers$.subscribe(emitPeers),
    streams.devices$.subscribe((now) => {
      devices = now;
    }),
    streams.deviceEvents$.subscribe(({ change, device }) => {
      const traceEvent = deviceBody(device);
      emit({ t: 'device', at: clock.now(), ...traceEvent, ...(change === 'lost' && { device: null }) });
    }),
    streams.connections$.subscribe((change) => emit({ t: 'change', at: change.at, change })),
    streams.sessions$.subscribe((change) => emit({ t: 'session', at: change.at, change })),
    streams.errors$.subscribe(onlooker(({ code, message }) => emit({ t: 'error', at: clock.now(), code, message }))),
  ];
  const stopNotices = view.watchNotices(({ change, notice, at }) => emit({ t: 'notice', at, change, notice }));
  const stopSignalling = view.watchSignalling((step) => emit({ t: 'signal', at: step.at, step }));

  return {
    listen: listeners.add,
    diagnoses,
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
      diagnoses.stop();
      stopNotices();
      stopSignalling();
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
