import type { Copy } from '../../adapters/signalling/port.ts';
import type { Device } from '../../api/devices.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { CopyAddress } from '../../machines/node/context.ts';
import { type Incarnation, relateIncarnation } from '../../protocol/incarnation.ts';
import { sleep } from '../../util/abort.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { forLog } from '../monitoring/refusals.ts';

/** Other runs with this node's own key: a copied SD card, a restored backup, a thief. */
export interface IdentityCopies {
  /** Discovery heard this node's own id from another run. Any device can say so: it is worth a dial, no more. */
  heard(device: Pick<Device, 'addresses' | 'port'>): void;
  /** A dial from either side met one, and TLS proved its key. */
  met(copy: Copy): void;
  /** Looks whether a newer one is there. Rejects when the signal aborts. */
  find(address: CopyAddress, signal: AbortSignal): Promise<boolean>;
  /** Where copies were heard or met in this run, and whether a dial proved the key there; the latest last. */
  seen(): readonly SeenCopy[];
  /** Ends what {@link heard} began. */
  stop(): void;
}

/** Where a copy is, or is said to be. */
export interface SeenCopy extends CopyAddress {
  readonly proven: boolean;
}

export interface IdentityCopiesDeps {
  readonly clock: Clock;
  /** Undefined while the node is on its way up or down. */
  readonly own: () => Incarnation | undefined;
  /** Dials this node's own id. It never brings a session: what it meets comes to {@link IdentityCopies.met}. */
  readonly dial: (address: CopyAddress, signal: AbortSignal) => Promise<unknown>;
  readonly superseded: (by: CopyAddress) => void;
  readonly report: (error: LanpeerError) => void;
}

const { atOnce, againMs, remembered, looks, lookAgainMs, tellEveryMs } = limits.copies;
const remedy =
  'If both are yours, give one of them an identity of its own: lanpeer id --new. If not, give yourself a new one, and deny the old id everywhere: access.deny.';

export function createIdentityCopies({ clock, own, dial, superseded, report }: IdentityCopiesDeps): IdentityCopies {
  /** When each address was dialed last, the latest last. */
  const dialed = new BoundedMap<string, number>(remembered);
  const dials = new Set<AbortController>();
  const told = new Map<'newer' | 'older', number>();
  const seen = new BoundedMap<string, SeenCopy>(limits.diagnosis.copies);
  let newer = 0;

  /** By address alone: of ports there are many, and the host may be any. */
  function isDue({ address, port }: CopyAddress): boolean {
    const at = dialed.get(address);
    if (port < limits.dial.leastPort) return false;
    return at === undefined || clock.monotonic() - at >= againMs;
  }

  function see({ address, port }: CopyAddress, proven: boolean): void {
    const key = `${address}:${port}`;
    seen.set(key, { address, port, proven: proven || (seen.get(key)?.proven ?? false) });
  }

  async function look(target: CopyAddress): Promise<void> {
    dialed.set(target.address, clock.monotonic());
    const dialing = new AbortController();
    dials.add(dialing);
    // What it meets is told to `met`; what it does not meet is nothing to speak of.
    await dial(target, dialing.signal).catch(() => undefined);
    dials.delete(dialing);
  }

  function tell(relation: 'newer' | 'older', { address, port }: Copy): void {
    const now = clock.monotonic();
    const last = told.get(relation);
    if (last !== undefined && now - last < tellEveryMs) return;
    told.set(relation, now);
    const where = `at ${forLog(address)} port ${port}`;
    const what =
      relation === 'newer'
        ? `A newer running copy of this device, ${where}, holds its identity: this node has closed its connections and does not dial while that copy is there.`
        : `Another running copy of this device, ${where}, started before this one, which holds the identity: that copy has to give way.`;
    report(new LanpeerError('ERR_INSTANCE', `${what} ${remedy}`));
  }

  return {
    heard({ addresses, port }) {
      const [first] = addresses;
      if (first !== undefined) see({ address: first, port }, false);
      if (dials.size >= atOnce) return;
      const target = addresses.map((address) => ({ address, port })).find(isDue);
      if (target) void look(target);
    },
    met(copy) {
      const incarnation = own();
      if (!incarnation) return;
      const relation = relateIncarnation(incarnation, copy.incarnation);
      if (relation === 'same') return;
      see(copy, true);
      tell(relation, copy);
      if (relation === 'older') return;
      newer += 1;
      superseded({ address: copy.address, port: copy.port });
    },
    async find(address, signal) {
      const before = newer;
      for (let turn = 0; turn < looks; turn += 1) {
        if (turn > 0) await sleep(clock, lookAgainMs, signal);
        await dial(address, signal).catch(() => undefined);
        signal.throwIfAborted();
        if (newer > before) return true;
      }
      return false;
    },
    seen: () => [...seen.values()],
    stop() {
      seen.clear();
      for (const dialing of dials) dialing.abort();
      dialed.clear();
    },
  };
}
