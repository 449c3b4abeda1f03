import type { Device, DeviceChange } from '../../api/devices.ts';
import type { Clock, Random } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { NodeEvent } from '../../machines/node/events.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { mismatchOf } from '../../protocol/mismatch.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { CurrentAccess } from '../access/current-access.ts';
import type { AddressBook } from './address-book.ts';
import { createDeviceSilence } from './device-silence.ts';
import { createPendingDevices } from './pending-devices.ts';

export interface DevicesDeps {
  readonly admission: CurrentAccess;
  /** Whether there is a connection to that device, in any state. */
  readonly exists: (id: DeviceId) => boolean;
  /** Whether a packet of that device that says nothing new has no use; `wanted`: it would make a connection. */
  readonly heardEnough: (id: DeviceId, wanted: boolean) => boolean;
  /** May not throw. */
  readonly autoConnect: (device: Device) => boolean;
  readonly book: Pick<AddressBook, 'announce' | 'forget' | 'renew'>;
  readonly source: NodeStreamsSource;
  readonly tell: (event: NodeEvent) => void;
  /** Asks by mDNS which devices are there. */
  readonly query: () => void;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly random: Random;
}

/** What discovery hears of other devices. */
export interface Devices {
  /** Shows it, remembers where the device is, and proposes it to the node machine. */
  heard(change: DeviceChange, device: Device): void;
  /** Access changed: proposes those that fit now and have no connection. */
  review(): void;
  /** No address led to that device. Those that are known may be old: asks, unless they were heard just before. */
  unreached(id: DeviceId): void;
  /** A place may be free for a device that was heard while there was none. */
  room(): void;
}

/** Ports that need a privilege are other people's services: no announcement makes this node call them. */
function reachable(device: Device): Device {
  const claims = device.claims ?? [device];
  return { ...device, claims: claims.filter(({ port }) => port >= limits.dial.leastPort) };
}

export function createDevices(options: DevicesDeps): Devices {
  const { admission, exists, heardEnough, autoConnect, book, source, tell, query, clock, random } = options;
  const silence = createDeviceSilence(clock, limits.discovery.devices + limits.peers.remembered);
  const unplaced = createPendingDevices(random, (id) => {
    const device = source.devices.get(id);
    if (device && !exists(id)) propose(device, { fresh: false });
    else unplaced.delete(id);
  });

  function propose(device: Device, news: { readonly fresh: boolean; readonly back?: true }): void {
    const { id, incarnation, source: from } = device;
    if (mismatchOf(device, admission.policy, admission.tags) !== undefined) {
      unplaced.delete(id);
      return;
    }
    const wanted = autoConnect(device);
    // Every peer is heard again and again: what a machine is told costs far more than the look.
    if (!news.fresh && !news.back && heardEnough(id, wanted)) {
      unplaced.delete(id);
      return;
    }
    if (!wanted) {
      tell({ type: 'peer', id, event: { type: 'hint', ...news } });
      return;
    }
    tell({ type: 'device', id, incarnation, source: from, ...news });
    if (exists(id)) unplaced.delete(id);
    else unplaced.add(id);
  }

  return {
    heard(change, device) {
      const { id } = device;
      if (change !== 'refreshed') source.device({ change, device });
      if (change === 'lost') {
        book.forget(id);
        unplaced.delete(id);
        return;
      }
      book.announce(id, reachable(device));
      const fresh = change !== 'refreshed';
      if (fresh) book.renew(id);
      propose(device, { fresh, ...(silence.end(id) && { back: true as const }) });
    },
    review() {
      for (const device of [...source.devices.values()]) if (!exists(device.id)) propose(device, { fresh: true });
    },
    unreached(id) {
      if (silence.ask(id)) query();
    },
    room: unplaced.propose,
  };
}
