import type { InterfaceFault, InterfaceStats } from '../../api/devices.ts';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { BoundedMap } from '../../util/bounded-map.ts';

/** What was heard on each interface, by its name. */
export interface InterfaceCounters {
  /** A packet from another machine, or from this one. */
  received(name: string, isOwn: boolean): void;
  /** A packet from outside of the subnets of this machine, which is dropped. */
  offLink(name: string): void;
  stats(present: readonly PresentInterface[]): Readonly<Record<string, InterfaceStats>>;
}

/** An address that is in use now, and what is wrong there. */
export interface PresentInterface {
  readonly name: string;
  readonly address: string;
  readonly fault: string | null;
  readonly faultKind: InterfaceFault | null;
}

interface Counts {
  packets: number;
  heardAt: number | null;
  ownHeardAt: number | null;
  offLink: number;
}

const none: Counts = { packets: 0, heardAt: null, ownHeardAt: null, offLink: 0 };

export function createInterfaceCounters(clock: Pick<Clock, 'now'>): InterfaceCounters {
  /** The one that was heard last is last; over the cap the one that was silent for longest is forgotten. */
  const counts = new BoundedMap<string, Counts>(limits.discovery.interfaces);

  function of(name: string): Counts {
    const known = counts.get(name) ?? { ...none };
    counts.set(name, known);
    return known;
  }

  return {
    received(name, isOwn) {
      const known = of(name);
      if (isOwn) known.ownHeardAt = clock.now();
      else {
        known.packets += 1;
        known.heardAt = clock.now();
      }
    },
    offLink(name) {
      of(name).offLink += 1;
    },
    stats(present) {
      const names = new Set([...counts.keys(), ...present.map(({ name }) => name)]);
      return Object.fromEntries(
        [...names].map((name) => {
          const there = present.filter((one) => one.name === name);
          const addresses = there.map(({ address }) => address);
          const broken = there.find((one) => one.fault !== null);
          const { fault = null, faultKind = null } = broken ?? {};
          return [name, { addresses, ...(counts.get(name) ?? none), fault, faultKind }];
        }),
      );
    },
  };
}
