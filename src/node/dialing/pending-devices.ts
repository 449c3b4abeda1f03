import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';

/** Devices that were heard and have no connection: unverified has a part of the places only. */
export interface PendingDevices {
  add(id: DeviceId): void;
  delete(id: DeviceId): void;
  /** A place may be free: proposes some, by chance and once all that goes on now is over. */
  propose(): void;
}

/** So many at a time: each of them costs a decision, and any device can invent any number. */
const atOnce = 8;

/** @param again Proposes that device once more. */
export function createPendingDevices(random: () => number, again: (id: DeviceId) => void): PendingDevices {
  const ids = new Set<DeviceId>();
  let isDue = false;

  function proposeNow(): void {
    isDue = false;
    const all = [...ids];
    for (let turn = 0; turn < atOnce && all.length > 0; turn += 1) {
      const [id] = all.splice(Math.floor(random() * all.length), 1);
      if (id !== undefined) again(id);
    }
  }

  return {
    add(id) {
      ids.add(id);
      const [oldest] = ids;
      if (oldest !== undefined && ids.size > limits.discovery.devices) ids.delete(oldest);
    },
    delete: (id) => void ids.delete(id),
    propose() {
      if (isDue || ids.size === 0) return;
      isDue = true;
      queueMicrotask(proposeNow);
    },
  };
}
