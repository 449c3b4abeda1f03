import type { Refusal } from '../../adapters/signalling/port.ts';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { NodeEvent } from '../../machines/node/events.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { BoundedMap } from '../../util/bounded-map.ts';

export interface DialBackDeps {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Devices that were heard from that address, or reached there. */
  readonly at: (address: string) => readonly DeviceId[];
  readonly tell: (event: NodeEvent) => void;
}

const { dialBackEveryMs, dialBackAddressMs, dialBackDevices, remembered } = limits.unauthenticated;

/**
 * Where unauthenticated sockets leave no room, a known device that called is turned away with them. What is known to be
 * at its address is dialed soon, as after an announcement: this node has room for its own dials. An attacker cannot
 * make it dial another address by that, nor often: the refused device has answered from there, by TCP.
 */
export function createDialBack({ clock, at, tell }: DialBackDeps): (refusal: Refusal) => void {
  /** By address, the oldest first. */
  const called = new BoundedMap<string, number>(remembered);
  let last = Number.NEGATIVE_INFINITY;

  return ({ code, address, id }) => {
    // A proven device was refused for a reason of its own.
    if (code !== 'ERR_BUSY' || id !== undefined) return;
    const now = clock.monotonic();
    if (now - last < dialBackEveryMs) return;
    if (now - (called.get(address) ?? Number.NEGATIVE_INFINITY) < dialBackAddressMs) return;
    // Noted before it is known whether a device is there: to look costs more than the refusal did.
    called.set(address, now);
    const devices = at(address).slice(0, dialBackDevices);
    if (devices.length === 0) return;
    last = now;
    for (const device of devices) tell({ type: 'peer', id: device, event: { type: 'hint', fresh: false, back: true } });
  };
}
