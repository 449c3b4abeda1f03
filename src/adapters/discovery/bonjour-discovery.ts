import { networkInterfaces as systemInterfaces } from 'node:os';
import type { Clock, Random } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { protocolVersion } from '../../protocol/greeting.ts';
import type { TxtFields } from '../../protocol/txt.ts';
import { type DnsRecord, readAdvertisements } from './advertisements.ts';
import { type BonjourInterface, openBonjour } from './bonjour-interface.ts';
import { createDeviceTracker } from './device-tracker.ts';
import { adviseOn, nothingReceived, isPortTaken } from './fault-advice.ts';
import { createInterfaceCounters } from './interface-counters.ts';
import { createRecordCache } from './record-cache.ts';
import { type NetworkInterface, interfacesOf } from './interfaces.ts';
import { readNetwork } from './network.ts';
import type { Announcement, Discovery } from './port.ts';
import { findPortHolder } from './port-holder.ts';
import { createPacketRate, type Standing } from './packet-rate.ts';
import { createFaultLimit } from './fault-limit.ts';
import { createUnicastRate } from './responder/unicast-rate.ts';

export interface BonjourDiscoveryOptions {
  /** IPv4 addresses of the interfaces to use that are there, asked for again and again. */
  readonly addresses: () => readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** True for addresses from which a peer was proven: what strangers send, by forged addresses too, delays none of them. */
  readonly proven?: (source: string) => boolean;
  /** Where the interfaces of the machine are looked up, as `os.networkInterfaces` does. */
  readonly networkInterfaces?: typeof systemInterfaces;
}

/** An open interface, and whether it hears at all: what is sent to the group comes back to its sender. */
interface Opened {
  readonly link: NetworkInterface;
  readonly bonjour: BonjourInterface;
  asked: boolean;
  heardOwn: boolean;
}

const { packetBytes, retryEveryMs, ownAddresses, stepsPerUnit, unitsPerDevice } = limits.discovery;

/** mDNS (RFC 6762) and DNS-SD (RFC 6763) by bonjour-service, one instance an interface. */
export function bonjourDiscovery(options: BonjourDiscoveryOptions): Discovery {
  const { addresses, clock, random, proven = () => false, networkInterfaces = systemInterfaces } = options;
  /** By the first address of each interface. */
  const open = new Map<string, Opened>();
  const closing = new Set<Promise<void>>();
  const counts = { packets: 0, dropped: 0, malformed: 0 };
  const figures = createInterfaceCounters(clock);
  const repeats = createFaultLimit(clock);
  /** What is wrong now, by address. */
  const faults = new Map<string, string>();
  let retriedAt = Number.NEGATIVE_INFINITY;
  let interfaces = networkInterfaces();
  let network = readNetwork(interfaces);
  let wanted: readonly string[] = [];
  let links: readonly NetworkInterface[] = [];
  let announced: { readonly fields: TxtFields; readonly port: number } | undefined;
  const isExempt = (source: string): boolean => network.isOwn(source);
  const standingOf = (source: string): Standing => (isExempt(source) ? 'own' : proven(source) ? 'proven' : 'other');
  const rate = createPacketRate(clock, standingOf);
  const mayAnswer = createUnicastRate(clock);
  const tracker = createDeviceTracker({ clock, random, isExempt });

  function tell(address: string, thrown: unknown, text: string): void {
    if (address !== '') faults.set(address, text);
    const where = address === '' ? 'mDNS' : `mDNS on ${address}`;
    const known = thrown instanceof LanpeerError;
    tracker.reportError(known ? thrown : new LanpeerError('ERR_DISCOVERY', `${where}: ${text}`, { cause: thrown }));
  }

  /** The same fault of one interface comes with every packet that cannot leave. */
  function trouble(address: string, thrown: unknown): void {
    const text = adviseOn(thrown);
    // Who has the port is known already, or will be soon.
    if (address !== '' && !(isPortTaken(thrown) && faults.has(address))) faults.set(address, text);
    if (!repeats.isDue(address, text)) return;
    if (!isPortTaken(thrown)) tell(address, thrown, text);
    else
      void findPortHolder().then((holder) => {
        if (announced && wanted.includes(address)) tell(address, thrown, adviseOn(thrown, holder));
      });
  }

  const isOnLink = (source: string, { addresses: own }: NetworkInterface): boolean =>
    own.some((address) => network.isOnLink(source, address));

  function admit(source: string, bytes: number, link: NetworkInterface): boolean {
    const { name, address } = link;
    if (!isOnLink(source, link)) {
      if (!network.isNear(source)) figures.offLink(name);
      return false;
    }
    const isOwn = network.isOwn(source);
    figures.received(name, isOwn);
    const opened = open.get(address);
    if (opened && isOwn) {
      opened.heardOwn = true;
      if (!opened.bonjour.broken) faults.delete(address);
    }
    counts.packets += 1;
    if (bytes > packetBytes) {
      counts.malformed += 1;
      return false;
    }
    if (rate.admit(source)) return true;
    counts.dropped += 1;
    return false;
  }

  function packet(records: readonly DnsRecord[], source: string, link: NetworkInterface): void {
    const { advertisements, malformed } = readAdvertisements(records);
    counts.malformed += malformed;
    rate.charge(source, Math.max(0, advertisements.length - 1) * unitsPerDevice);
    for (const said of advertisements) {
      const near =
        said.kind === 'announced'
          ? {
              ...said,
              addresses: said.addresses.filter((each) => isOnLink(each, link)),
              offLink: network.privateOffLink(said.addresses, link.address).filter((each) => !isOnLink(each, link)),
            }
          : said;
      tracker.receive(near, source);
    }
  }

  function close(address: string, goodbye: boolean): void {
    const opened = open.get(address);
    open.delete(address);
    if (!opened) return;
    const closed: Promise<void> = opened.bonjour.close(goodbye).finally(() => closing.delete(closed));
    closing.add(closed);
  }

  function choose(): void {
    try {
      wanted = addresses();
    } catch (thrown) {
      trouble('', thrown);
      // Those that are still there are as good as before.
      wanted = wanted.filter((address) => network.isOwn(address));
    }
    links = interfacesOf(wanted, interfaces);
    for (const address of faults.keys()) {
      if (links.some((link) => link.address === address)) continue;
      faults.delete(address);
      repeats.forget(address);
    }
  }

  /** Opens those that are wanted and not open; returns which these are. */
  function openMissing(): readonly string[] {
    if (!announced) return [];
    const missing = links.filter(({ address }) => !open.has(address));
    for (const link of missing) {
      const { address } = link;
      const join = createRecordCache(clock);
      // Another interface in the same subnet is another way to here.
      const near = wanted.filter((each) => isOnLink(each, link));
      try {
        const bonjour = openBonjour({
          address,
          announced: [...new Set([...link.addresses, ...near])].slice(0, ownAddresses),
          ...announced,
          clock,
          random,
          admit: (source, bytes) => admit(source, bytes, link),
          read: (source, steps) => rate.charge(source, Math.floor(steps / stepsPerUnit)),
          mayAnswer: (source) => isOnLink(source, link) && mayAnswer(source),
          packet: (records, source) => packet(join(records, source), source, link),
          malformed: () => {
            counts.malformed += 1;
          },
          onError: (thrown) => trouble(address, thrown),
        });
        open.set(address, { link, bonjour, asked: false, heardOwn: false });
      } catch (thrown) {
        trouble(address, thrown);
      }
    }
    return missing.map(({ address }) => address);
  }

  /** Addresses are frozen into an announcement, and an interface that comes back is not joined again: begin anew. */
  function reopen(): void {
    choose();
    // Where this node goes on announcing itself, a goodbye would only make others forget it for a moment.
    const names = new Set(links.map(({ name }) => name));
    for (const [address, { link }] of [...open]) close(address, !names.has(link.name));
    openMissing();
  }

  /** An interface that cannot send, or does not hear what it sends itself, is opened again. */
  function replaceDead(): void {
    for (const [address, { bonjour, asked, heardOwn }] of open) {
      if (!bonjour.broken && (!asked || heardOwn)) continue;
      if (!bonjour.broken) trouble(address, nothingReceived);
      close(address, false);
    }
    openMissing();
  }

  function query(scheduled: boolean): void {
    if (scheduled) replaceDead();
    for (const opened of open.values()) {
      if (scheduled) Object.assign(opened, { asked: true, heardOwn: false });
      opened.bonjour.query();
    }
  }

  /** What is broken is tried again soon, and asks at once: whoever waits for it is not to wait for the next query. */
  function retryBroken(): void {
    if (clock.monotonic() - retriedAt < retryEveryMs) return;
    retriedAt = clock.monotonic();
    for (const [address, { bonjour }] of open) if (bonjour.broken) close(address, false);
    for (const address of openMissing()) open.get(address)?.bonjour.query();
  }

  function check(slept: boolean): void {
    retryBroken();
    try {
      interfaces = networkInterfaces();
    } catch {
      // Out of descriptors, for one: the next look tells.
      return;
    }
    const now = readNetwork(interfaces);
    if (now.signature === network.signature && !slept) return;
    const changed = now.signature !== network.signature;
    network = now;
    reopen();
    if (changed) query(false);
  }

  function say({ id, instance, name, networkTag, port }: Announcement): void {
    announced = { fields: { version: protocolVersion, id, instance, name, networkTag }, port };
  }

  return {
    async start(announcement, listener) {
      const { id, instance } = announcement;
      say(announcement);
      interfaces = networkInterfaces();
      network = readNetwork(interfaces);
      tracker.start({ id, instance }, listener, { query, check });
      reopen();
      query(false);
      await Promise.all([...open.values()].map(({ bonjour }) => bonjour.ready));
    },
    announce(announcement) {
      if (!announced) return;
      say(announcement);
      reopen();
    },
    query: () => tracker.query(),
    stats() {
      const present = wanted.map((address) => ({
        name: network.nameOf(address),
        address,
        fault: faults.get(links.find((link) => link.addresses.includes(address))?.address ?? address) ?? null,
      }));
      return { ...counts, refused: tracker.refused, interfaces: figures.stats(present) };
    },
    async stop() {
      tracker.stop();
      announced = undefined;
      wanted = [];
      links = [];
      for (const address of [...open.keys()]) close(address, true);
      await Promise.all(closing);
    },
  };
}
