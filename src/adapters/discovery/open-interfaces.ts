import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { TxtFields } from '../../protocol/txt-record.ts';
import type { Interfaces } from '../../util/interfaces.ts';
import type { BonjourInterface } from './bonjour-interface.ts';
import { nothingReceived } from './fault-advice.ts';
import type { PresentInterface } from './interface-counters.ts';
import type { InterfaceFaults } from './interface-faults.ts';
import { interfacesOf, type NetworkInterface } from './interfaces.ts';
import { isOnLinkOf, type Network } from './network.ts';

/** What is announced. */
export interface Announced {
  readonly fields: TxtFields;
  readonly port: number;
}

/** The addresses of this machine, and what they say. */
export interface Machine {
  readonly interfaces: Interfaces;
  readonly network: Network;
}

export interface OpenInterfacesDeps {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** IPv4 addresses of the interfaces to use that are there. */
  readonly addresses: () => readonly string[];
  readonly machine: () => Machine;
  readonly faults: InterfaceFaults;
  /** `addresses`: those by which this node is reached from the network of that interface. May throw. */
  readonly open: (on: NetworkInterface, addresses: readonly string[], announced: Announced) => BonjourInterface;
}

/** An open interface, and whether it receives at all: what is sent to the group comes back to its sender. */
interface Opened {
  readonly on: NetworkInterface;
  readonly bonjour: BonjourInterface;
  queried: boolean;
  receivedOwn: boolean;
}

const { retryEveryMs, ownAddresses } = limits.discovery;

/** One Bonjour on each interface that is used: opened, replaced when it is broken, closed when it is gone. */
export class OpenInterfaces {
  readonly #deps: OpenInterfacesDeps;
  /** By the first address of each interface. */
  readonly #open = new Map<string, Opened>();
  readonly #closing = new Set<Promise<void>>();
  /** The addresses to use, and the interfaces that have them. */
  #wanted: readonly string[] = [];
  #interfaces: readonly NetworkInterface[] = [];
  #announced: Announced | undefined;
  #retriedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: OpenInterfacesDeps) {
    this.#deps = deps;
  }

  get isAnnounced(): boolean {
    return this.#announced !== undefined;
  }

  isUsed(address: string): boolean {
    return this.#wanted.includes(address);
  }

  /** Resolves when each of them listens, or cannot. */
  async ready(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ bonjour }) => bonjour.ready));
  }

  /** From now on that is announced: addresses and fields are frozen into an announcement, so it begins anew. */
  announce(announced: Announced): void {
    this.#announced = announced;
    this.reopen();
  }

  /** An interface that comes back is not joined again, so all begin anew. */
  reopen(): void {
    this.#choose();
    // Where this node goes on announcing itself, a goodbye would only make others forget it for a moment.
    const names = new Set(this.#interfaces.map(({ name }) => name));
    for (const [address, { on }] of [...this.#open]) this.#close(address, !names.has(on.name));
    this.#openMissing();
  }

  /** `scheduled`: each is to receive that query itself until the next one. */
  query(scheduled: boolean): void {
    if (scheduled) this.#replaceBroken();
    for (const opened of this.#open.values()) {
      if (scheduled) Object.assign(opened, { queried: true, receivedOwn: false });
      opened.bonjour.query();
    }
  }

  survey(): void {
    for (const { bonjour } of this.#open.values()) bonjour.survey();
  }

  /** What is broken is opened again soon, and queries at once: the program is not to wait for the next query. */
  retryBroken(): void {
    const now = this.#deps.clock.monotonic();
    if (now - this.#retriedAt < retryEveryMs) return;
    this.#retriedAt = now;
    for (const [address, { bonjour }] of this.#open) if (bonjour.broken) this.#close(address, false);
    for (const address of this.#openMissing()) this.#open.get(address)?.bonjour.query();
  }

  /** A packet of this machine came back there. */
  receivedOwn(address: string): void {
    const opened = this.#open.get(address);
    if (!opened) return;
    opened.receivedOwn = true;
    if (!opened.bonjour.broken) this.#deps.faults.clear(address);
  }

  /** The addresses to use, with what is wrong there. */
  present(): PresentInterface[] {
    const { machine, faults } = this.#deps;
    return this.#wanted.map((address) => {
      const on = this.#interfaces.find((one) => one.addresses.includes(address));
      const fault = faults.of(on?.address ?? address);
      return {
        name: machine().network.nameOf(address),
        address,
        fault: fault?.text ?? null,
        faultKind: fault?.kind ?? null,
      };
    });
  }

  /** Says goodbye on all of them; resolves when they are closed. */
  async stop(): Promise<void> {
    this.#announced = undefined;
    this.#wanted = [];
    this.#interfaces = [];
    for (const address of [...this.#open.keys()]) this.#close(address, true);
    await Promise.all(this.#closing);
  }

  #choose(): void {
    const { addresses, machine, faults } = this.#deps;
    try {
      this.#wanted = addresses();
    } catch (thrown) {
      faults.addGeneral(thrown);
      // Those that are still there are as good as before.
      this.#wanted = this.#wanted.filter((address) => machine().network.isOwn(address));
    }
    this.#interfaces = interfacesOf(this.#wanted, machine().interfaces);
    faults.keep(this.#interfaces.map(({ address }) => address));
  }

  /** Opens those that are wanted and not open; returns which these are. */
  #openMissing(): readonly string[] {
    const announced = this.#announced;
    if (!announced) return [];
    const missing = this.#interfaces.filter(({ address }) => !this.#open.has(address));
    for (const on of missing) this.#openOne(on, announced);
    return missing.map(({ address }) => address);
  }

  #openOne(on: NetworkInterface, announced: Announced): void {
    const { machine, open, faults } = this.#deps;
    // Another interface in the same subnet is another way to here.
    const near = this.#wanted.filter((each) => isOnLinkOf(machine().network, each, on));
    const addresses = [...new Set([...on.addresses, ...near])].slice(0, ownAddresses);
    try {
      const bonjour = open(on, addresses, announced);
      this.#open.set(on.address, { on, bonjour, queried: false, receivedOwn: false });
    } catch (thrown) {
      faults.add(on.address, thrown);
    }
  }

  /** An interface that cannot send, or does not receive what it sends itself, is opened again. */
  #replaceBroken(): void {
    for (const [address, { bonjour, queried, receivedOwn }] of this.#open) {
      if (!bonjour.broken && (!queried || receivedOwn)) continue;
      if (!bonjour.broken) this.#deps.faults.add(address, nothingReceived);
      this.#close(address, false);
    }
    this.#openMissing();
  }

  #close(address: string, goodbye: boolean): void {
    const opened = this.#open.get(address);
    this.#open.delete(address);
    if (!opened) return;
    const closed: Promise<void> = opened.bonjour.close(goodbye).finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}
