import { networkInterfaces as systemInterfaces } from 'node:os';
import type { DiscoveryStats } from '../../api/devices.ts';
import type { Clock, Random } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { protocolVersion } from '../../protocol/greeting.ts';
import { type DnsRecord, readAdvertisements } from './advertisements.ts';
import { type BonjourInterface, openBonjour } from './bonjour-interface.ts';
import { DeviceTracker } from './device-tracker.ts';
import { createInterfaceFaults, type InterfaceFaults } from './interface-faults.ts';
import type { NetworkInterface } from './interfaces.ts';
import { isOnLinkOf, type Network, readNetwork } from './network.ts';
import { type Announced, type Machine, OpenInterfaces } from './open-interfaces.ts';
import { createPacketFilter, type PacketFilter } from './packet-filter.ts';
import type { Announcement, Discovery, DiscoveryListener } from './port.ts';
import { createRecordCache } from './record-cache.ts';
import { createUnicastRate } from './responder/unicast-rate.ts';

export interface BonjourDiscoveryOptions {
  /** IPv4 addresses of the interfaces to use that are there, asked for again and again. */
  readonly addresses: () => readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** True for addresses from which a peer was proven: what strangers send, by forged addresses too, delays none of them. */
  readonly proven?: (source: string) => boolean;
  /** Asks and listens alone: nothing is announced, and nobody is answered; default false. */
  readonly silent?: boolean;
  /** Where the interfaces of the machine are looked up, as `os.networkInterfaces` does. */
  readonly networkInterfaces?: typeof systemInterfaces;
}

const { askAtMostEveryMs, stepsPerUnit, unitsPerDevice } = limits.discovery;

const announcedOf = ({ id, incarnation, name, networkTag, port }: Announcement): Announced => ({
  fields: { version: protocolVersion, id, incarnation, name, networkTag },
  port,
});

/** mDNS (RFC 6762) and DNS-SD (RFC 6763) by bonjour-service, one Bonjour an interface. */
export function bonjourDiscovery(options: BonjourDiscoveryOptions): Discovery {
  return new BonjourDiscovery(options);
}

class BonjourDiscovery implements Discovery {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #silent: boolean;
  readonly #networkInterfaces: typeof systemInterfaces;
  readonly #tracker: DeviceTracker;
  readonly #faults: InterfaceFaults;
  readonly #filter: PacketFilter;
  readonly #mayAnswer: (source: string) => boolean;
  readonly #open: OpenInterfaces;
  #machine: Machine;
  #surveyedAt = Number.NEGATIVE_INFINITY;

  constructor(options: BonjourDiscoveryOptions) {
    const {
      addresses,
      clock,
      random,
      proven = () => false,
      silent = false,
      networkInterfaces = systemInterfaces,
    } = options;
    this.#clock = clock;
    this.#random = random;
    this.#silent = silent;
    this.#networkInterfaces = networkInterfaces;
    this.#machine = this.#readMachine();
    this.#tracker = new DeviceTracker({ clock, random, isOwn: (source) => this.#network.isOwn(source) });
    this.#faults = createInterfaceFaults({
      clock,
      isUsed: (address) => this.#open.isUsed(address),
      report: (error) => this.#tracker.reportError(error),
    });
    this.#filter = createPacketFilter({
      clock,
      network: () => this.#network,
      proven,
      receivedOwn: (address) => this.#open.receivedOwn(address),
    });
    this.#mayAnswer = createUnicastRate(clock);
    this.#open = new OpenInterfaces({
      clock,
      addresses,
      machine: () => this.#machine,
      faults: this.#faults,
      open: (on, own, announced) => this.#openOn(on, own, announced),
    });
  }

  async start(announcement: Announcement, listener: DiscoveryListener): Promise<void> {
    this.#machine = this.#readMachine();
    this.#tracker.start(announcement, listener, {
      query: (scheduled) => this.#open.query(scheduled),
      check: (slept) => this.#check(slept),
    });
    this.#open.announce(announcedOf(announcement));
    this.#open.query(false);
    await this.#open.ready();
  }

  announce(announcement: Announcement): void {
    if (this.#open.isAnnounced) this.#open.announce(announcedOf(announcement));
  }

  query(): void {
    this.#tracker.query();
  }

  survey(): void {
    const now = this.#clock.monotonic();
    if (now - this.#surveyedAt < askAtMostEveryMs) return;
    this.#surveyedAt = now;
    this.#open.survey();
  }

  stats(): DiscoveryStats {
    const { interfaces, ...counts } = this.#filter.stats(this.#open.present());
    return { ...counts, refused: this.#tracker.refused, interfaces };
  }

  async stop(): Promise<void> {
    this.#tracker.stop();
    await this.#open.stop();
  }

  get #network(): Network {
    return this.#machine.network;
  }

  #readMachine(): Machine {
    const networkInterfaces = this.#networkInterfaces;
    const interfaces = networkInterfaces();
    return { interfaces, network: readNetwork(interfaces) };
  }

  #check(slept: boolean): void {
    this.#open.retryBroken();
    const { signature } = this.#network;
    try {
      this.#machine = this.#readMachine();
    } catch {
      // Out of descriptors, for one: the next check tells.
      return;
    }
    const changed = this.#network.signature !== signature;
    if (!changed && !slept) return;
    this.#open.reopen();
    if (changed) this.#open.query(false);
  }

  #openOn(on: NetworkInterface, own: readonly string[], announced: Announced): BonjourInterface {
    const complete = createRecordCache(this.#clock);
    return openBonjour({
      address: on.address,
      addresses: own,
      ...announced,
      clock: this.#clock,
      random: this.#random,
      silent: this.#silent,
      admit: (source, bytes) => this.#filter.admit(source, bytes, on),
      onRead: (source, steps) => this.#filter.charge(source, Math.floor(steps / stepsPerUnit)),
      mayAnswer: (source) => isOnLinkOf(this.#network, source, on) && this.#mayAnswer(source),
      onRecords: (records, source) => this.#receive(complete(records, source), source, on),
      onMalformed: () => this.#filter.malformed(1),
      onError: (thrown) => this.#faults.add(on.address, thrown),
    });
  }

  #receive(records: readonly DnsRecord[], source: string, on: NetworkInterface): void {
    const { advertisements, malformed } = readAdvertisements(records);
    this.#filter.malformed(malformed);
    this.#filter.charge(source, Math.max(0, advertisements.length - 1) * unitsPerDevice);
    const isNear = (address: string): boolean => isOnLinkOf(this.#network, address, on);
    for (const one of advertisements) {
      if (one.kind === 'goodbye') this.#tracker.receive(one, source);
      else {
        const offLink = this.#network.privateOffLink(one.addresses, on.address);
        const near = { addresses: one.addresses.filter(isNear), offLink: offLink.filter((each) => !isNear(each)) };
        this.#tracker.receive({ ...one, ...near }, source);
      }
    }
  }
}
