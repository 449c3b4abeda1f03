import type { DiscoveryStats } from '../../api/devices.ts';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { createInterfaceCounters, type PresentInterface } from './interface-counters.ts';
import type { NetworkInterface } from './interfaces.ts';
import { isOnLinkOf, type Network } from './network.ts';
import { createPacketRate, type Standing } from './packet-rate.ts';

export interface PacketFilterDeps {
  readonly clock: Clock;
  readonly network: () => Network;
  /** True for addresses from which a peer was proven. */
  readonly proven: (source: string) => boolean;
  /** A packet of this machine came back on that interface. */
  readonly receivedOwn: (address: string) => void;
}

/** Which packets are read: what strangers send, by forged addresses too, is bounded by what it costs. */
export interface PacketFilter {
  /** True if a packet of that size may be read now; it is counted. */
  admit(source: string, bytes: number, from: NetworkInterface): boolean;
  /** A packet turned out to cost so many units. */
  charge(source: string, units: number): void;
  malformed(count: number): void;
  stats(present: readonly PresentInterface[]): Omit<DiscoveryStats, 'refused'>;
}

const { packetBytes } = limits.discovery;

export function createPacketFilter({ clock, network, proven, receivedOwn }: PacketFilterDeps): PacketFilter {
  const counts = { packets: 0, dropped: 0, malformed: 0 };
  const counters = createInterfaceCounters(clock);
  const standingOf = (source: string): Standing =>
    network().isOwn(source) ? 'own' : proven(source) ? 'proven' : 'other';
  const rate = createPacketRate(clock, standingOf);

  return {
    admit(source, bytes, from) {
      const { name, address } = from;
      if (!isOnLinkOf(network(), source, from)) {
        if (!network().isNear(source)) counters.offLink(name);
        return false;
      }
      const isOwn = network().isOwn(source);
      counters.received(name, isOwn);
      if (isOwn) receivedOwn(address);
      counts.packets += 1;
      if (bytes > packetBytes) {
        counts.malformed += 1;
        return false;
      }
      if (rate.admit(source)) return true;
      counts.dropped += 1;
      return false;
    },
    charge: (source, units) => rate.charge(source, units),
    malformed(count) {
      counts.malformed += count;
    },
    stats: (present) => ({ ...counts, interfaces: counters.stats(present) }),
  };
}
