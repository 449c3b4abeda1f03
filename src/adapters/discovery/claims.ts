import type { Claim, Device } from '../../api/devices.ts';
import { limits } from '../../limits.ts';
import type { TxtFields } from '../../protocol/txt.ts';

/** What one source said of a device: of one run of it, at one port. */
export interface Said {
  readonly txt: TxtFields;
  readonly port: number;
  readonly source: string;
  readonly addresses: readonly string[];
  readonly offLink: readonly string[];
  /** Monotonic and wall clock, ms. */
  readonly now: number;
  readonly at: number;
}

/** `new`: something that was not said before of that run. */
export interface Put {
  readonly isNew: boolean;
  /** The device as the source of the packet says that it is, and beside it what others said. */
  readonly device: Device;
  /** Something of this claim was told so long ago that it may be told again. */
  readonly isDue: boolean;
}

/**
 * What is said of one device. A device can say anything of any id, and of a higher start counter or another port nothing
 * follows: so what one says takes the place of what another one said only where there is no room, in fair shares.
 */
export interface Claims {
  put(said: Said): Put;
  /** That source says that the device leaves: what it said, and what others said of that address, is forgotten. */
  leave(source: string): void;
  readonly size: number;
  /** The device as it was heard last. */
  readonly device: Device;
}

interface Entry extends Said {
  toldAt: number;
}

const { silentMs, refreshedEveryMs, claims: mostClaims, claimsPerSource } = limits.discovery;

const runOf = ({ txt: { incarnation, name, networkTag, version }, port }: Pick<Said, 'txt' | 'port'>): string =>
  JSON.stringify([incarnation.counter, incarnation.random, name, networkTag, version, port]);

const signatureOf = ({ addresses, offLink = [] }: Device): string =>
  JSON.stringify([[...addresses].sort(), [...offLink].sort()]);

/** Ports that need a privilege are not ours: no announcement makes this node call such services in another network. */
const isFar = ({ port }: Said): boolean => port >= limits.dial.leastPort;

function claimOf({ source, port, addresses, ...said }: Said): Claim {
  const offLink = isFar({ source, port, addresses, ...said }) ? said.offLink.slice(0, limits.dial.offLink) : [];
  const all = [...new Set([source, ...addresses])].slice(0, limits.dial.addresses);
  return { source, port, addresses: all, ...(offLink.length > 0 && { offLink }) };
}

/** @param isOwn Addresses of this machine: claims from other sources are dropped before theirs. */
export function createClaims(isOwn: (source: string) => boolean, random: () => number): Claims {
  /** By source and run, the latest last. */
  const entries = new Map<string, Entry>();
  /** What was told of each run. */
  const told = new Map<string, string>();
  let device: Device | undefined;

  const isFresh = ({ now: heardAt }: Said, now: number): boolean => now - heardAt < silentMs;

  function dropOne(among: readonly (readonly [string, Entry])[]): void {
    const victim = among[Math.floor(random() * among.length)];
    if (victim) entries.delete(victim[0]);
  }

  /** Room for one more of that source. */
  function makeRoom(source: string, now: number): void {
    for (const [key, entry] of entries) if (!isFresh(entry, now)) entries.delete(key);
    const own = [...entries].filter(([, entry]) => entry.source === source);
    if (own.length >= claimsPerSource) dropOne(own);
    if (entries.size < mostClaims) return;
    const strangers = [...entries].filter(([, entry]) => !isOwn(entry.source));
    const all = strangers.length > 0 ? strangers : [...entries];
    const shareOf = (of: string): number => all.filter(([, entry]) => entry.source === of).length;
    const most = Math.max(...all.map(([, entry]) => shareOf(entry.source)));
    dropOne(all.filter(([, entry]) => shareOf(entry.source) === most));
  }

  /** Sources first, because that is where packets came from; what they say may be behind another network. */
  function deviceOf(said: Said, run: string): Device {
    const { txt, port, source, now, at } = said;
    const latestFirst = [...entries].reverse().filter(([, entry]) => isFresh(entry, now));
    const same = latestFirst.filter(([, entry]) => runOf(entry) === run).map(([, entry]) => entry);
    const all = [...same.map((entry) => entry.source), ...same.flatMap(({ addresses }) => addresses)];
    const offLink = isFar(said) ? [...new Set(same.flatMap((entry) => entry.offLink))] : [];
    return {
      ...txt,
      port,
      source,
      heardAt: at,
      addresses: [...new Set(all)].slice(0, limits.dial.addresses),
      ...(offLink.length > 0 && { offLink: offLink.slice(0, limits.dial.offLink) }),
      ...(latestFirst.length > 1 && { claims: latestFirst.map(([, entry]) => claimOf(entry)) }),
    };
  }

  function forgetRuns(): void {
    const runs = new Set([...entries.values()].map(runOf));
    for (const run of told.keys()) if (!runs.has(run)) told.delete(run);
  }

  return {
    put(said) {
      const run = runOf(said);
      const key = `${said.source} ${run}`;
      const known = entries.get(key);
      entries.delete(key);
      if (!known) makeRoom(said.source, said.now);
      const entry: Entry = { ...said, toldAt: known?.toldAt ?? Number.NEGATIVE_INFINITY };
      entries.set(key, entry);
      forgetRuns();
      device = deviceOf(said, run);
      const signature = signatureOf(device);
      const isNew = told.get(run) !== signature;
      told.set(run, signature);
      const isDue = isNew || said.now - entry.toldAt >= refreshedEveryMs;
      if (isDue) entry.toldAt = said.now;
      return { isNew, device, isDue };
    },
    leave(source) {
      for (const [key, entry] of entries)
        if (entry.source === source || entry.addresses.includes(source)) entries.delete(key);
    },
    get size() {
      return entries.size;
    },
    get device() {
      if (!device) throw new Error('Nothing was said of it.');
      return device;
    },
  };
}
