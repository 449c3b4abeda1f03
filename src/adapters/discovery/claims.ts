import type { Claim, Device } from '../../api/devices.ts';
import { limits } from '../../limits.ts';
import type { TxtFields } from '../../protocol/txt-record.ts';

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

const isFresh = ({ now: heardAt }: Said, now: number): boolean => now - heardAt < silentMs;

/**
 * What is said of one device. A device can say anything of any id, and of a higher start counter or another port nothing
 * follows: so what one says takes the place of what another one said only where there is no room, in fair shares.
 */
export class Claims {
  readonly #isOwn: (source: string) => boolean;
  readonly #random: () => number;
  /** By source and run, the latest last. */
  readonly #entries = new Map<string, Entry>();
  /** What was told of each run. */
  readonly #told = new Map<string, string>();
  #device: Device | undefined;

  /** @param isOwn Addresses of this machine: claims from other sources are dropped before theirs. */
  constructor(isOwn: (source: string) => boolean, random: () => number) {
    this.#isOwn = isOwn;
    this.#random = random;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The device as it was heard last. */
  get device(): Device {
    if (!this.#device) throw new Error('Nothing was said of it.');
    return this.#device;
  }

  put(said: Said): Put {
    const run = runOf(said);
    const key = `${said.source} ${run}`;
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    if (!known) this.#makeRoom(said.source, said.now);
    const entry: Entry = { ...said, toldAt: known?.toldAt ?? Number.NEGATIVE_INFINITY };
    this.#entries.set(key, entry);
    this.#forgetRuns();
    const device = this.#deviceOf(said, run);
    this.#device = device;
    const signature = signatureOf(device);
    const isNew = this.#told.get(run) !== signature;
    this.#told.set(run, signature);
    const isDue = isNew || said.now - entry.toldAt >= refreshedEveryMs;
    if (isDue) entry.toldAt = said.now;
    return { isNew, device, isDue };
  }

  /** That source says that the device leaves: what it said, and what others said of that address, is forgotten. */
  leave(source: string): void {
    for (const [key, entry] of this.#entries)
      if (entry.source === source || entry.addresses.includes(source)) this.#entries.delete(key);
  }

  /** Room for one more of that source. */
  #makeRoom(source: string, now: number): void {
    for (const [key, entry] of this.#entries) if (!isFresh(entry, now)) this.#entries.delete(key);
    const own = [...this.#entries].filter(([, entry]) => entry.source === source);
    if (own.length >= claimsPerSource) this.#dropOne(own);
    if (this.#entries.size < mostClaims) return;
    const foreign = [...this.#entries].filter(([, entry]) => !this.#isOwn(entry.source));
    const all = foreign.length > 0 ? foreign : [...this.#entries];
    const shareOf = (of: string): number => all.filter(([, entry]) => entry.source === of).length;
    const most = Math.max(...all.map(([, entry]) => shareOf(entry.source)));
    this.#dropOne(all.filter(([, entry]) => shareOf(entry.source) === most));
  }

  #dropOne(among: readonly (readonly [string, Entry])[]): void {
    const victim = among[Math.floor(this.#random() * among.length)];
    if (victim) this.#entries.delete(victim[0]);
  }

  /** Sources first, because that is where packets came from; what they say may be behind another network. */
  #deviceOf(said: Said, run: string): Device {
    const { txt, port, source, now, at } = said;
    const latestFirst = [...this.#entries].reverse().filter(([, entry]) => isFresh(entry, now));
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

  #forgetRuns(): void {
    const runs = new Set([...this.#entries.values()].map(runOf));
    for (const run of this.#told.keys()) if (!runs.has(run)) this.#told.delete(run);
  }
}
