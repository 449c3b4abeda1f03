import { networkInterfaces as systemInterfaces } from 'node:os';
import type { Clock, Random } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { protocolVersion } from '../../protocol/greeting.ts';
import { type DnsRecord, readAdvertisements } from './advertisements.ts';
import { type BonjourInterface, openBonjour } from './bonjour-interface.ts';
import { createDeviceTracker } from './device-tracker.ts';
import { createInterfaceFaults } from './interface-faults.ts';
import type { NetworkInterface } from './interfaces.ts';
import { isOnLinkOf, readNetwork } from './network.ts';
import { type Announced, type Machine, OpenInterfaces } from './open-interfaces.ts';
import { createPacketFilter } from './packet-filter.ts';
import type { Announcement, Discovery } from './port.ts';
import { createRecordCache } from './record-cache.ts';
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

const { stepsPerUnit, unitsPerDevice } = limits.discovery;

const announcedOf = ({ id, incarnation, name, networkTag, port }: Announcement): Announced => ({
  fields: { version: protocolVersion, id, incarnation, name, networkTag },
  port,
});

/** mDNS (RFC 6762) and DNS-SD (RFC 6763) by bonjour-service, one Bonjour an interface. */
export function bonjourDiscovery(options: BonjourDiscoveryOptions): Discovery {
  const { addresses, clock, random, proven = () => false, networkInterfaces = systemInterfaces } = options;
  let machine = readMachine();
  const network = () => machine.network;
  const tracker = createDeviceTracker({ clock, random, isOwn: (source) => network().isOwn(source) });
  const faults = createInterfaceFaults({
    clock,
    isUsed: (address) => open.isUsed(address),
    report: tracker.reportError,
  });
  const filter = createPacketFilter({ clock, network, proven, receivedOwn: (address) => open.receivedOwn(address) });
  const mayAnswer = createUnicastRate(clock);
  const open = new OpenInterfaces({ clock, addresses, machine: () => machine, faults, open: openOn });

  function readMachine(): Machine {
    const interfaces = networkInterfaces();
    return { interfaces, network: readNetwork(interfaces) };
  }

  function receive(records: readonly DnsRecord[], source: string, on: NetworkInterface): void {
    const { advertisements, malformed } = readAdvertisements(records);
    filter.malformed(malformed);
    filter.charge(source, Math.max(0, advertisements.length - 1) * unitsPerDevice);
    const isNear = (address: string): boolean => isOnLinkOf(network(), address, on);
    for (const one of advertisements) {
      if (one.kind === 'goodbye') tracker.receive(one, source);
      else {
        const offLink = network().privateOffLink(one.addresses, on.address);
        const near = { addresses: one.addresses.filter(isNear), offLink: offLink.filter((each) => !isNear(each)) };
        tracker.receive({ ...one, ...near }, source);
      }
    }
  }

  function openOn(on: NetworkInterface, own: readonly string[], announced: Announced): BonjourInterface {
    const complete = createRecordCache(clock);
    return openBonjour({
      address: on.address,
      addresses: own,
      ...announced,
      clock,
      random,
      admit: (source, bytes) => filter.admit(source, bytes, on),
      onRead: (source, steps) => filter.charge(source, Math.floor(steps / stepsPerUnit)),
      mayAnswer: (source) => isOnLinkOf(network(), source, on) && mayAnswer(source),
      onRecords: (records, source) => receive(complete(records, source), source, on),
      onMalformed: () => filter.malformed(1),
      onError: (thrown) => faults.add(on.address, thrown),
    });
  }

  function check(slept: boolean): void {
    open.retryBroken();
    const { signature } = network();
    try {
      machine = readMachine();
    } catch {
      // Out of descriptors, for one: the next check tells.
      return;
    }
    const changed = network().signature !== signature;
    if (!changed && !slept) return;
    open.reopen();
    if (changed) open.query(false);
  }

  return {
    async start(announcement, listener) {
      machine = readMachine();
      tracker.start(announcement, listener, { query: (scheduled) => open.query(scheduled), check });
      open.announce(announcedOf(announcement));
      open.query(false);
      await open.ready();
    },
    announce(announcement) {
      if (open.isAnnounced) open.announce(announcedOf(announcement));
    },
    query: () => tracker.query(),
    stats() {
      const { interfaces, ...counts } = filter.stats(open.present());
      return { ...counts, refused: tracker.refused, interfaces };
    },
    async stop() {
      tracker.stop();
      await open.stop();
    },
  };
}
