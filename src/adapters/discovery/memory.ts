import type { Clock, Random } from '../../environment.ts';
import { protocolVersion } from '../../protocol/greeting.ts';
import type { Advertisement } from './advertisements.ts';
import { DeviceTracker } from './device-tracker.ts';
import { MemoryMulticast, type Station } from './memory-multicast.ts';
import type { Announcement, Discovery } from './port.ts';

export interface MemoryDiscoveryOptions {
  readonly clock: Clock;
  /** Default: always the middle, so that two runs are the same. */
  readonly random?: Random;
  /** Time that a packet is under way, ms; default 1. */
  readonly delayMs?: number;
  /** The fate of a packet: after how many ms more each of its copies arrives; none if it is lost. */
  readonly copies?: (from: string, to: string) => readonly number[];
}

/** A pretend network on which nodes announce themselves to each other. */
export interface MemoryDiscoveryNetwork {
  /** A node at that address; many may share one, as nodes of one host do. Its time, if not that of the network. */
  discovery(address: string, clock?: Clock): Discovery;
  /** That address says so, whichever device it is about. */
  forge(advertisement: Advertisement, source: string): void;
  /** As when the process at that address is killed: no goodbye. */
  kill(discovery: Discovery): void;
  /** From now on nothing passes between the two addresses; with one address, between it and all others. */
  cut(address: string, other?: string): void;
  /** Undoes the cut that was made with the same arguments; without any, all cuts. */
  heal(address?: string, other?: string): void;
}

/**
 * The in-memory twin of mDNS discovery: the same table of devices, caps, cadence of queries and freshness, on a network
 * that loses nothing but what is cut.
 */
export function createMemoryDiscoveryNetwork(options: MemoryDiscoveryOptions): MemoryDiscoveryNetwork {
  const { clock, random = () => 0.5, delayMs = 1, copies = () => [0] } = options;
  const multicast = new MemoryMulticast({ clock, delayMs, copies });
  const stationOf = new Map<Discovery, Station>();

  function discovery(address: string, own: Clock = clock): Discovery {
    const counts = { packets: 0, dropped: 0, malformed: 0 };
    const tracker = new DeviceTracker({ clock: own, random, isOwn: (source) => source === address });
    let announcement: Announcement | undefined;

    function say(advertisement: Advertisement): void {
      multicast.send(station, (to) => to.receive(advertisement, address));
    }

    function announce(): void {
      if (!announcement) return;
      const { id, incarnation, name, networkTag, port } = announcement;
      const txt = { version: protocolVersion, id, incarnation, name, networkTag };
      say({ kind: 'announced', txt, port, addresses: [address] });
    }

    const station: Station = {
      address,
      receive(advertisement, source) {
        counts.packets += 1;
        tracker.receive(advertisement, source);
      },
      asked: announce,
    };

    const made: Discovery = {
      start(next, listener) {
        announcement = next;
        multicast.join(station);
        tracker.start(next, listener, { query: () => multicast.send(station, (to) => to.asked()) });
        announce();
        return Promise.resolve();
      },
      announce(next) {
        if (!announcement) return;
        announcement = next;
        announce();
      },
      query: () => tracker.query(),
      stats: () => ({ ...counts, refused: tracker.refused, interfaces: {} }),
      stop() {
        if (announcement) say({ kind: 'goodbye', id: announcement.id });
        announcement = undefined;
        tracker.stop();
        multicast.leave(station);
        stationOf.delete(made);
        return Promise.resolve();
      },
    };
    stationOf.set(made, station);
    return made;
  }

  return {
    discovery,
    forge: (advertisement, source) => multicast.send({ address: source }, (to) => to.receive(advertisement, source)),
    kill(one) {
      const station = stationOf.get(one);
      if (station) multicast.leave(station);
      stationOf.delete(one);
    },
    cut: (address, other) => multicast.cut(address, other),
    heal: (address, other) => multicast.heal(address, other),
  };
}
