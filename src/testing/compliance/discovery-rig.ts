import { randomBytes } from 'node:crypto';
import type { Announcement, Discovery } from '../../adapters/discovery/port.ts';
import type { Device, DeviceChange } from '../../api/devices.ts';
import { deviceIdOf } from '../../protocol/device-id.ts';
import { createWaiters } from './waiters.ts';

export interface RigNode {
  readonly id: string;
  readonly announcement: Announcement;
  readonly discovery: Discovery;
  /** The first report of that kind about that device, past or to come. Rejects after a time limit. */
  next(change: DeviceChange, id: string): Promise<Device>;
  /** The device as it was reported last, once it is there as that incarnation. Rejects after a time limit. */
  latest(id: string, random: string): Promise<Device>;
  /** All that was reported, or all about one device. */
  all(): readonly Report[];
  of(id: string): readonly Report[];
  /** The first copy of this node that was reported with that incarnation, past or to come. Rejects after a time limit. */
  copy(random: string): Promise<Device>;
  copies(): readonly Device[];
}

interface Report {
  readonly change: DeviceChange;
  readonly device: Device;
}

interface DiscoveryRig {
  /** Starts a node under a new id; `throwing`: its listener throws after it took note. */
  node(fields?: Partial<Announcement>, throwing?: boolean): Promise<RigNode>;
}

function makeAnnouncement(fields: Partial<Announcement>): Announcement {
  return {
    id: deviceIdOf(randomBytes(32)),
    incarnation: { counter: 1_700_000_000_000, random: randomBytes(8).toString('hex') },
    name: 'node',
    networkTag: null,
    port: 40_000 + (randomBytes(2).readUInt16BE() % 20_000),
    ...fields,
  };
}

async function startNode(
  discovery: Discovery,
  announcement: Announcement,
  throwing: boolean,
  isOurs: (id: string) => boolean,
): Promise<RigNode> {
  const reports: Report[] = [];
  const copies: Device[] = [];
  const waiters = createWaiters();
  await discovery.start(announcement, {
    device(change, device) {
      // Others may use the same network meanwhile.
      if (!isOurs(device.id)) return;
      reports.push({ change, device });
      waiters.changed();
      if (throwing) throw new Error('a listener that throws');
    },
    copy(device) {
      copies.push(device);
      waiters.changed();
    },
    error(error) {
      if (throwing) throw error;
    },
  });
  const first = <Value>(what: string, find: () => Value | undefined): Promise<Value> =>
    waiters.until(find, () => `no ${what} came; there were ${reports.map((one) => one.change).join(', ')}`);

  return {
    id: announcement.id,
    announcement,
    discovery,
    all: () => reports,
    of: (id) => reports.filter(({ device }) => device.id === id),
    next: async (change, id) =>
      (await first(`'${change}' of ${id}`, () => reports.find((one) => one.change === change && one.device.id === id)))
        .device,
    latest: (id, random) =>
      first(`incarnation ${random} of ${id}`, () => {
        const last = reports.findLast((one) => one.device.id === id);
        return last && last.change !== 'lost' && last.device.incarnation.random === random ? last.device : undefined;
      }),
    copy: (random) => first(`copy ${random}`, () => copies.find((one) => one.incarnation.random === random)),
    copies: () => copies,
  };
}

/** Runs with a rig of nodes on one network and stops them all, whatever happens. */
export async function withDiscoveryRig(
  make: () => Discovery,
  run: (rig: DiscoveryRig) => Promise<void>,
): Promise<void> {
  const made: Discovery[] = [];
  const ids = new Set<string>();
  try {
    await run({
      async node(fields = {}, throwing = false) {
        const discovery = make();
        made.push(discovery);
        const announcement = makeAnnouncement(fields);
        ids.add(announcement.id);
        return await startNode(discovery, announcement, throwing, (id) => ids.has(id));
      },
    });
  } finally {
    await Promise.all(made.map((discovery) => discovery.stop()));
  }
}
