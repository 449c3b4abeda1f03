import { randomBytes } from 'node:crypto';
import type { Announcement, Discovery } from '../../src/adapters/discovery/port.ts';
import type { Device, DeviceChange } from '../../src/api/devices.ts';
import { deviceIdOf } from '../../src/protocol/device-id.ts';

/** The announcement of a device with an id of its own. */
export function someAnnouncement(fields: Partial<Announcement> = {}): Announcement {
  return {
    id: deviceIdOf(randomBytes(32)),
    incarnation: { counter: 1_700_000_000_000, random: '0011223344556677' },
    name: 'some node',
    networkTag: null,
    port: 41_000,
    ...fields,
  };
}

export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

export function deferred<Value>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

export interface Witness {
  readonly started: Promise<void>;
  /** What was reported of the device so far. */
  readonly seen: readonly DeviceChange[];
  /** The next report of that kind that was not asked for before. */
  next(change: DeviceChange): Promise<Device>;
}

/** Starts a discovery that watches one device. */
export function listen(discovery: Discovery, id: string): Witness {
  const seen: DeviceChange[] = [];
  const fresh: { readonly change: DeviceChange; readonly device: Device }[] = [];
  let wake = deferred<void>();
  const started = discovery.start(someAnnouncement(), {
    device(change, device) {
      if (device.id !== id) return;
      seen.push(change);
      fresh.push({ change, device });
      wake.resolve();
      wake = deferred();
    },
    error: () => undefined,
  });
  return {
    started,
    seen,
    async next(change) {
      for (;;) {
        const at = fresh.findIndex((one) => one.change === change);
        const found = fresh[at];
        if (found) {
          fresh.splice(0, at + 1);
          return found.device;
        }
        await wake.promise;
      }
    },
  };
}
