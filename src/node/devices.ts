import type { Device, DeviceChange } from '../adapters/discovery/port.ts';
import type { Clock } from '../environment.ts';
import { limits } from '../limits.ts';
import type { NodeEvent } from '../machines/node.types.ts';
import type { AccessPolicy } from '../protocol/access.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { NodeStreamsSource } from '../streams/node-streams.ts';
import type { AddressBook } from './address-book.ts';
import { misfitOf } from './misfit.ts';
import { createSilence } from './silence.ts';

export interface DevicesOptions {
  readonly access: AccessPolicy;
  readonly networkTag: string | null;
  /** May not throw. */
  readonly autoConnect: (device: Device) => boolean;
  readonly book: AddressBook;
  readonly source: NodeStreamsSource;
  readonly tell: (event: NodeEvent) => void;
  /** Asks by mDNS who is there. */
  readonly query: () => void;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** What discovery hears of other devices. */
export interface Devices {
  /** Shows it, remembers where the device is, and proposes it to the node machine. */
  heard(change: DeviceChange, device: Device): void;
  /** No address led to that device. Those that are known may be old: asks, unless they were heard just before. */
  unreached(id: DeviceId): void;
}

export function createDevices(options: DevicesOptions): Devices {
  const { access, networkTag, autoConnect, book, source, tell, query, clock } = options;
  const silence = createSilence(clock, limits.discovery.devices + limits.peers.remembered);

  return {
    heard(change, device) {
      const { id, instance } = device;
      if (change !== 'heard') source.device({ change, device });
      if (change === 'lost') {
        book.forget(id);
        return;
      }
      book.announce(id, device);
      const fresh = change !== 'heard';
      if (fresh) book.renew(id);
      const news = { fresh, ...(silence.end(id) && { back: true as const }) };
      if (misfitOf(device, access, networkTag) !== undefined) return;
      if (autoConnect(device)) tell({ type: 'device', id, instance, ...news });
      else tell({ type: 'peer', id, event: { type: 'hint', ...news } });
    },
    unreached(id) {
      if (silence.ask(id)) query();
    },
  };
}
