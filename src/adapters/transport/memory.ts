import type { Clock, Random } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { createMemoryFaults } from './memory-faults.ts';
import { type MemoryLinkDeps, MemoryLinkEnd } from './memory-link.ts';
import type { Transport } from './port.ts';

export interface MemoryTransportOptions {
  readonly clock: Clock;
  /** For the jitter; without one there is none. */
  readonly random?: Random;
  /** From one end to the other; 1 ms by default. */
  readonly delayMs?: number;
  /** Up to so many ms more, never out of order; 0 by default. */
  readonly jitterMs?: number;
  /** Whether anything passes from one to the other now, beside {@link MemoryTransportNetwork.cut}. */
  readonly passes?: (from: string, to: string) => boolean;
  /** So many ms more for this record, asked for each: what comes behind it waits, as behind a lost SCTP chunk. */
  readonly lateMs?: (from: string, to: string) => number;
}

/** Transports that reach each other without sockets, and what can go wrong between them. Names are the caller's. */
export interface MemoryTransportNetwork {
  /** The transport of the node of that name. */
  transport(name: string): Transport;
  /** Nothing passes between the two, either way; links stay and carry on after {@link heal}. */
  cut(a: string, b: string): void;
  /** Nothing passes from one to the other; the way back is open. */
  silence(from: string, to: string): void;
  /** Ends what {@link cut} and {@link silence} did: between the two, at one node, or everywhere. */
  heal(a?: string, b?: string): void;
  /** Open and opening links between the two go down with `ERR_TRANSPORT`, on both sides. */
  takeDown(a: string, b: string): void;
  /** The next links that this node opens, one by default, never open. */
  stall(name: string, links?: number): void;
  /** The next links that this node opens, one by default, go down with `ERR_TRANSPORT` at once. */
  failNext(name: string, links?: number): void;
  /** What carries again after {@link MemoryTransportOptions.passes} said otherwise goes on its way. */
  wake(): void;
  /** The ends of that node are gone, no other end is told, and nothing reaches the node any more. */
  kill(name: string): void;
  /** Ends that are not closed or down. */
  readonly open: number;
}

const { highWater, recordBytes } = limits.webrtc;

/** In-memory twin of the WebRTC transport: the same port and record size, deterministic for a clock and a random source. */
export function createMemoryTransportNetwork(options: MemoryTransportOptions): MemoryTransportNetwork {
  const { clock, random = () => 0, delayMs = 1, jitterMs = 0, passes = () => true, lateMs = () => 0 } = options;
  const faults = createMemoryFaults();
  const ends = new Map<number, MemoryLinkEnd>();
  const stalls = new Map<string, number>();
  const failures = new Map<string, number>();
  const killed = new Set<string>();
  let count = 0;

  const deps: MemoryLinkDeps = {
    clock,
    random,
    delayMs,
    jitterMs,
    lateMs,
    isSilent: (from, to) => killed.has(from) || killed.has(to) || faults.isSilent(from, to) || !passes(from, to),
    find: (id) => ends.get(id),
    remove: (id) => void ends.delete(id),
  };

  /** True if a fault is pending for the next link of that node; it counts as used then. */
  function useFault(pending: Map<string, number>, name: string): boolean {
    const count = pending.get(name) ?? 0;
    pending.set(name, Math.max(0, count - 1));
    return count > 0;
  }

  const between = (a: string, b: string): MemoryLinkEnd[] =>
    [...ends.values()].filter(({ name, peer }) => (name === a && peer?.name === b) || (name === b && peer?.name === a));

  return {
    transport: (name) => ({
      via: 'webrtc',
      authenticated: false,
      recordBytes,
      highWater,
      open(link) {
        count += 1;
        const fails = useFault(failures, name);
        const stalled = useFault(stalls, name);
        const end = new MemoryLinkEnd(deps, { ...link, id: count, name, stalled, fails });
        ends.set(count, end);
        return end.link;
      },
    }),
    cut(a, b) {
      faults.silence(a, b);
      faults.silence(b, a);
    },
    silence: faults.silence,
    heal(a, b) {
      faults.heal(a, b);
      for (const end of ends.values()) end.wake();
    },
    wake() {
      for (const end of ends.values()) end.wake();
    },
    kill(name) {
      killed.add(name);
      for (const end of [...ends.values()]) if (end.name === name) end.vanish();
    },
    takeDown(a, b) {
      for (const end of between(a, b)) end.fail(new LanpeerError('ERR_TRANSPORT', 'The link was taken down.'));
    },
    stall: (name, links = 1) => void stalls.set(name, links),
    failNext: (name, links = 1) => void failures.set(name, links),
    get open() {
      return ends.size;
    },
  };
}
