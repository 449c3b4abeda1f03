import type { InterfaceFault } from '../../api/devices.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { describeHolders } from '../../util/describe-holders.ts';
import { findPortHolders } from '../../util/port-holders.ts';
import { adviseOn, isPortTaken, kindOf } from './fault-advice.ts';
import { createFaultLimit } from './fault-limit.ts';

const mdnsPort = 5_353;

export interface InterfaceFaultsDeps {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** True while an interface with that address is in use. */
  readonly isUsed: (address: string) => boolean;
  readonly report: (error: LanpeerError) => void;
}

/** What keeps mDNS from working on each interface, by its address. */
export interface InterfaceFaults {
  /** Reports it, if it was not just before: the same fault comes with every packet that cannot leave. */
  add(address: string, thrown: unknown): void;
  /** As {@link add}, of no interface. */
  addGeneral(thrown: unknown): void;
  /** mDNS works there. */
  clear(address: string): void;
  /** Forgets all that is of other interfaces. */
  keep(addresses: readonly string[]): void;
  of(address: string): { readonly text: string; readonly kind: InterfaceFault } | undefined;
}

export function createInterfaceFaults({ clock, isUsed, report }: InterfaceFaultsDeps): InterfaceFaults {
  const limit = createFaultLimit(clock);
  /** What is wrong now, by address. */
  const faults = new Map<string, NonNullable<ReturnType<InterfaceFaults['of']>>>();

  function reportAs(where: string, thrown: unknown, text: string): void {
    const known = thrown instanceof LanpeerError;
    report(known ? thrown : new LanpeerError('ERR_DISCOVERY', `${where}: ${text}`, { cause: thrown }));
  }

  function reportHere(address: string, thrown: unknown, text: string): void {
    faults.set(address, { text, kind: kindOf(thrown) });
    reportAs(`mDNS on ${address}`, thrown, text);
  }

  async function reportHolder(address: string, thrown: unknown): Promise<void> {
    const holders = await findPortHolders(mdnsPort);
    if (isUsed(address)) reportHere(address, thrown, adviseOn(thrown, describeHolders(holders)));
  }

  return {
    add(address, thrown) {
      const text = adviseOn(thrown);
      // Which program has the port is known already, or will be soon.
      if (!(isPortTaken(thrown) && faults.has(address))) faults.set(address, { text, kind: kindOf(thrown) });
      if (!limit.isDue(address, text)) return;
      if (isPortTaken(thrown)) void reportHolder(address, thrown);
      else reportHere(address, thrown, text);
    },
    addGeneral(thrown) {
      const text = adviseOn(thrown);
      if (limit.isDue('', text)) reportAs('mDNS', thrown, text);
    },
    clear: (address) => void faults.delete(address),
    keep(addresses) {
      for (const address of faults.keys()) {
        if (addresses.includes(address)) continue;
        faults.delete(address);
        limit.forget(address);
      }
    },
    of: (address) => faults.get(address),
  };
}
