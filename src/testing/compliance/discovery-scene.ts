import { randomBytes } from 'node:crypto';
import type { Announcement, Discovery } from '../../adapters/discovery/port.ts';
import type { Device, DeviceChange } from '../../api/devices.ts';
import { deviceIdOf } from '../../protocol/device-id.ts';

export interface SceneNode {
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

interface Scene {
  /** Starts a node under a new id; `throwing`: its listener throws after it took note. */
  node(fields?: Partial<Announcement>, throwing?: boolean): Promise<SceneNode>;
}

const limitMs = 15_000;

function announcementOf(fields: Partial<Announcement>): Announcement {
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
): Promise<SceneNode> {
  const reports: Report[] = [];
  const copies: Device[] = [];
  const waiting = new Set<() => void>();
  await discovery.start(announcement, {
    device(change, device) {
      // Others may use the same network meanwhile.
      if (!isOurs(device.id)) return;
      reports.push({ change, device });
      for (const look of [...waiting]) look();
      if (throwing) throw new Error('a listener that throws');
    },
    copy(device) {
      copies.push(device);
      for (const look of [...waiting]) look();
    },
    error(error) {
      if (throwing) throw error;
    },
  });
  function first<Thing>(what: string, find: () => Thing | undefined): Promise<Thing> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`no ${what} came; there were ${reports.map((one) => one.change).join(', ')}`));
      }, limitMs);
      function look(): void {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      }
      waiting.add(look);
      look();
    });
  }

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

/** Runs a scene of nodes on one network and stops them all, whatever happens. */
export async function discoveryScene(make: () => Discovery, play: (scene: Scene) => Promise<void>): Promise<void> {
  const made: Discovery[] = [];
  const ids = new Set<string>();
  try {
    await play({
      async node(fields = {}, throwing = false) {
        const discovery = make();
        made.push(discovery);
        const announcement = announcementOf(fields);
        ids.add(announcement.id);
        return await startNode(discovery, announcement, throwing, (id) => ids.has(id));
      },
    });
  } finally {
    await Promise.all(made.map((discovery) => discovery.stop()));
  }
}
