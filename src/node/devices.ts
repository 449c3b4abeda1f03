import type { Device, DeviceChange } from '../adapters/discovery/port.ts';
import type { NodeEvent } from '../machines/node.types.ts';
import { type AccessPolicy, admits } from '../protocol/access.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { protocolVersion } from '../protocol/greeting.ts';
import type { NodeStreamsSource } from '../streams/node-streams.ts';
import type { AddressBook } from './address-book.ts';

export interface DevicesOptions {
  readonly access: AccessPolicy;
  readonly networkTag: string | null;
  /** May not throw. */
  readonly autoConnect: (device: Device) => boolean;
  readonly book: AddressBook;
  readonly source: NodeStreamsSource;
  readonly tell: (event: NodeEvent) => void;
}

/** Takes what discovery hears: shows it, remembers where it is, and proposes it to the node machine. */
export function createDevices(options: DevicesOptions): (change: DeviceChange, device: Device) => void {
  const { access, networkTag, autoConnect, book, source, tell } = options;

  /** Members of other networks and strangers would refuse us, or we them. */
  const fits = ({ id, networkTag: tag, version }: Device): boolean =>
    version === protocolVersion && tag === networkTag && admits(access, id);

  function hint(id: DeviceId, fresh: boolean): void {
    tell({ type: 'peer', id, event: { type: 'hint', fresh } });
  }

  return (change, device) => {
    const { id, instance } = device;
    if (change !== 'heard') source.device({ change, device });
    if (change === 'lost') {
      book.forget(id);
      return;
    }
    book.announce(id, device);
    const fresh = change !== 'heard';
    if (!fits(device)) return;
    if (autoConnect(device)) tell({ type: 'device', id, instance, fresh });
    else hint(id, fresh);
  };
}
