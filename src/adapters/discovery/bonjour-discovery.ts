import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock, Random } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { protocolVersion } from '../../protocol/greeting.ts';
import type { TxtFields } from '../../protocol/txt.ts';
import { type BonjourInterface, openBonjour } from './bonjour-interface.ts';
import { createDeviceTable, type DeviceTable } from './device-table.ts';
import { type DnsRecord, readPacket } from './packet.ts';
import type { Announcement, Discovery, DiscoveryListener } from './port.ts';
import { createPacketRate } from './rate.ts';

export interface BonjourDiscoveryOptions {
  /** IPv4 addresses of the interfaces to use, asked for again and again: it may throw while one is gone. */
  readonly addresses: () => readonly string[];
  readonly clock: Clock;
  readonly random: Random;
}

const { queryAtMs, queryEveryMs, interfacesEveryMs } = limits.discovery;
/** Queries that a program asks for come at most so often. */
const queryAtMostEveryMs = 1_000;

interface Network {
  /** Changes whenever anything about the machine's IPv4 addresses does. */
  readonly signature: string;
  isOwn(source: string): boolean;
  /** True if the source is on the link of that interface: mDNS does not cross routers (RFC 6762 section 11). */
  isOnLink(source: string, address: string): boolean;
}

function look(): Network {
  const all = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter((one) => one.family === 'IPv4'));
  const own = new Set(all.map(({ address }) => address));
  const links = new Map<string, BlockList>();
  for (const { address, cidr } of all) {
    const [, bits] = (cidr ?? `${address}/32`).split('/');
    const link = new BlockList();
    link.addSubnet(address, Number(bits), 'ipv4');
    links.set(address, link);
  }
  const isLoopback = (address: string): boolean => address.startsWith('127.');
  return {
    signature: [...own].sort().join(' '),
    isOwn: (source) => own.has(source) || isLoopback(source),
    isOnLink: (source, address) =>
      isLoopback(address)
        ? isLoopback(source)
        : own.has(source) || (links.get(address)?.check(source, 'ipv4') ?? false),
  };
}

/** mDNS (RFC 6762) and DNS-SD (RFC 6763) by bonjour-service, one instance an interface. */
export function bonjourDiscovery({ addresses, clock, random }: BonjourDiscoveryOptions): Discovery {
  const open = new Map<string, BonjourInterface>();
  const closing = new Set<Promise<void>>();
  const counts = { packets: 0, dropped: 0, malformed: 0 };
  const timers = new Set<unknown>();
  let network = look();
  let table: DeviceTable = createDeviceTable('');
  let listener: DiscoveryListener | undefined;
  let fields: TxtFields | undefined;
  let port = 0;
  let queriedAt = Number.NEGATIVE_INFINITY;
  const admit = createPacketRate(clock, (source) => network.isOwn(source));

  function trouble(thrown: unknown): void {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    listener?.trouble(new LanpeerError('ERR_DISCOVERY', `mDNS: ${detail}`, { cause: thrown }));
  }

  function packet(records: readonly DnsRecord[], source: string, address: string): void {
    if (!listener || !network.isOnLink(source, address)) return;
    counts.packets += 1;
    if (!admit(source)) {
      counts.dropped += 1;
      return;
    }
    const { heard, malformed } = readPacket(records);
    counts.malformed += malformed;
    for (const said of heard) {
      const one =
        said.kind === 'announced'
          ? { ...said, addresses: said.addresses.filter((each) => network.isOnLink(each, address)) }
          : said;
      const change = table.hear({ heard: one, source, now: clock.monotonic(), at: clock.now() });
      if (change) listener.device(change.change, change.device);
    }
  }

  function close(address: string): void {
    const bonjour = open.get(address);
    open.delete(address);
    if (!bonjour) return;
    const closed: Promise<void> = bonjour.close().finally(() => closing.delete(closed));
    closing.add(closed);
  }

  function openAll(): void {
    if (!fields) return;
    let wanted: readonly string[] = [];
    try {
      wanted = addresses();
    } catch (thrown) {
      trouble(thrown);
    }
    for (const address of wanted) {
      if (open.has(address)) continue;
      try {
        const bonjour = openBonjour({
          address,
          fields,
          port,
          clock,
          packet: (records, source) => packet(records, source, address),
          trouble,
        });
        open.set(address, bonjour);
      } catch (thrown) {
        trouble(thrown);
      }
    }
  }

  function query(): void {
    queriedAt = clock.monotonic();
    for (const bonjour of open.values()) bonjour.query();
  }

  function later(fn: () => void, ms: number): void {
    const timer = clock.setTimeout(() => {
      timers.delete(timer);
      fn();
    }, ms);
    timers.add(timer);
  }

  function queryForEver(turn: number): void {
    query();
    const next = queryAtMs[turn + 1];
    const wait = next === undefined ? queryEveryMs * (0.9 + 0.2 * random()) : next - (queryAtMs[turn] ?? 0);
    later(() => queryForEver(turn + 1), wait);
  }

  function watch(): void {
    for (const { change, device } of table.sweep(clock.monotonic())) listener?.device(change, device);
    const now = look();
    if (now.signature !== network.signature) {
      network = now;
      // Addresses are frozen into an announcement, and an interface that comes back is not joined again: begin anew.
      for (const address of [...open.keys()]) close(address);
      openAll();
      query();
    }
    later(watch, interfacesEveryMs);
  }

  return {
    start(announcement: Announcement, next) {
      const { id, instance, name, networkTag } = announcement;
      listener = next;
      table = createDeviceTable(id);
      fields = { version: protocolVersion, id, instance, name, networkTag };
      port = announcement.port;
      network = look();
      openAll();
      queryForEver(0);
      later(watch, interfacesEveryMs);
      return Promise.resolve();
    },
    query() {
      if (clock.monotonic() - queriedAt >= queryAtMostEveryMs) query();
    },
    stats: () => ({ ...counts, refused: table.refused }),
    async stop() {
      listener = undefined;
      fields = undefined;
      for (const timer of timers) clock.clearTimeout(timer);
      timers.clear();
      for (const address of [...open.keys()]) close(address);
      await Promise.all(closing);
    },
  };
}
