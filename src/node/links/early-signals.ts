import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';

/** Bodies for links that do not exist yet, by session and generation. */
export interface EarlySignals {
  /** Keeps it if it is the first of that generation; what a peer, or all of them, hold over their caps goes, oldest first. */
  keep(peerId: DeviceId, key: string, generation: number, body: unknown): void;
  /** Takes out the body of that generation, in an array; an empty one if there is none. */
  remove(key: string, generation: number): readonly unknown[];
  /** That session is over. */
  drop(key: string): void;
  /** What all of them weigh. */
  readonly bytes: number;
}

interface Entry {
  readonly peerId: DeviceId;
  readonly key: string;
  readonly json: Buffer;
}

const { earlyPerPeerBytes, earlyBytes, earlyOverhead } = limits.signalling;
const weightOf = ({ json }: Entry): number => json.byteLength + earlyOverhead;

/** JSON as bytes, because a body of nested arrays takes twenty times its text; undefined if it cannot be written. */
function encode(body: unknown): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(body ?? null));
  } catch {
    // Nested deeper than V8 writes, which no description is.
    return undefined;
  }
}

export function createEarlySignals(): EarlySignals {
  const entries = new Map<string, Entry>();
  const weights = new Map<DeviceId, number>();
  let bytes = 0;
  const nameOf = (key: string, generation: number): string => `${key}/${generation}`;

  function weigh(peerId: DeviceId, change: number): number {
    bytes += change;
    const weight = (weights.get(peerId) ?? 0) + change;
    if (weight > 0) weights.set(peerId, weight);
    else weights.delete(peerId);
    return weight;
  }

  function remove(name: string): Entry | undefined {
    const entry = entries.get(name);
    if (entry && entries.delete(name)) weigh(entry.peerId, -weightOf(entry));
    return entry;
  }

  function removeOldestOf(peerId: DeviceId | undefined): void {
    for (const [name, entry] of entries)
      if (entry.peerId === peerId) {
        remove(name);
        return;
      }
  }

  function greediest(): DeviceId | undefined {
    const [first] = [...weights].sort(([, one], [, other]) => other - one);
    return first?.[0];
  }

  return {
    keep(peerId, key, generation, body) {
      const name = nameOf(key, generation);
      const json = entries.has(name) ? undefined : encode(body);
      if (!json) return;
      const entry = { peerId, key, json };
      entries.set(name, entry);
      for (let weight = weigh(peerId, weightOf(entry)); weight > earlyPerPeerBytes; weight = weights.get(peerId) ?? 0)
        removeOldestOf(peerId);
      while (bytes > earlyBytes) removeOldestOf(greediest());
    },
    remove(key, generation) {
      const entry = remove(nameOf(key, generation));
      return entry ? [JSON.parse(entry.json.toString())] : [];
    },
    drop(key) {
      for (const [name, entry] of entries) if (entry.key === key) remove(name);
    },
    get bytes() {
      return bytes;
    },
  };
}
