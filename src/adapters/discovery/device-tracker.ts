import type { Clock, Random } from '../../environment.ts';
import { asLanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { relateIncarnation } from '../../protocol/incarnation.ts';
import { type Poll, startPoll } from '../../util/poll.ts';
import type { Advertisement } from './advertisements.ts';
import { type Change, createDeviceTable, type DeviceTable } from './device-table.ts';
import type { Announcement, DiscoveryListener } from './port.ts';

export interface DeviceTrackerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Sources without a cap of their own. */
  readonly isOwn: (source: string) => boolean;
}

/** What the tracker asks of the network under it. */
export interface DeviceTrackerDeps {
  /** Asks which nodes are there. `scheduled` is false when the program wanted it. */
  query(scheduled: boolean): void;
  /** Called every now and then; `slept` when the machine was asleep meanwhile. */
  check?(slept: boolean): void;
}

type OwnRun = Pick<Announcement, 'id' | 'incarnation'>;

/** From start to stop. */
interface Run {
  readonly own: OwnRun;
  readonly listener: DiscoveryListener;
  readonly deps: DeviceTrackerDeps;
}

const { queryAtMs, queryEveryMs, interfacesEveryMs, askAtMostEveryMs } = limits.discovery;

/** The half of discovery that any network has: which devices are there, when to query again, which fell silent. */
export class DeviceTracker {
  readonly #options: DeviceTrackerOptions;
  readonly #timers = new Set<unknown>();
  #table: DeviceTable;
  #refusedBefore = 0;
  #current: Run | undefined;
  #answersGoodbye = false;
  #queriedAt = Number.NEGATIVE_INFINITY;
  #poll: Poll | undefined;

  constructor(options: DeviceTrackerOptions) {
    this.#options = options;
    this.#table = this.#makeTable();
  }

  get refused(): number {
    return this.#refusedBefore + this.#table.refused;
  }

  start(own: OwnRun, listener: DiscoveryListener, deps: DeviceTrackerDeps): void {
    const { clock } = this.#options;
    this.#refusedBefore += this.#table.refused;
    this.#table = this.#makeTable();
    this.#current = { own, listener, deps };
    this.#answersGoodbye = false;
    this.#queryAgainAndAgain(0);
    this.#poll?.stop();
    const poll = (slept: boolean): void => this.#check(slept);
    this.#poll = startPoll({ clock, everyMs: interfacesEveryMs, sleepMs: limits.link.downMs, poll });
  }

  receive(advertisement: Advertisement, source: string): void {
    if (!this.#current) return;
    const { own } = this.#current;
    if ((advertisement.kind === 'goodbye' ? advertisement.id : advertisement.txt.id) === own.id) {
      this.#receiveOwn(advertisement, source, own);
      return;
    }
    const { clock } = this.#options;
    const change = this.#table.receive({ advertisement, source, now: this.#awake(), at: clock.now() });
    if (change) this.#report(change);
  }

  /** Queries now, if the last time was not just before. */
  query(): void {
    if (this.#options.clock.monotonic() - this.#queriedAt >= askAtMostEveryMs) this.#query(false);
  }

  reportError(thrown: unknown): void {
    this.#guarded(() => this.#current?.listener.error(asLanpeerError(thrown, 'ERR_DISCOVERY')));
  }

  stop(): void {
    this.#current = undefined;
    this.#poll?.stop();
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer);
    this.#timers.clear();
  }

  /** What the listener throws is its own affair: it must not end the reading of a socket. */
  #guarded(fn: () => void): void {
    try {
      fn();
    } catch (thrown) {
      try {
        this.#current?.listener.error(asLanpeerError(thrown, 'ERR_HANDLER'));
      } catch {
        // A listener that throws even here cannot be told anything.
      }
    }
  }

  #report({ change, device }: Change): void {
    this.#guarded(() => this.#current?.listener.device(change, device));
  }

  /** A device that gives its place up is reported at once, before the one that has it. */
  #makeTable(): DeviceTable {
    const { isOwn, random } = this.#options;
    return createDeviceTable(isOwn, { random, lost: (change) => this.#report(change) });
  }

  #later(fn: () => void, ms: number): void {
    const timer = this.#options.clock.setTimeout(() => {
      this.#timers.delete(timer);
      fn();
    }, ms);
    this.#timers.add(timer);
  }

  #query(scheduled: boolean): void {
    this.#queriedAt = this.#options.clock.monotonic();
    this.#current?.deps.query(scheduled);
  }

  #queryAgainAndAgain(turn: number): void {
    this.#query(true);
    const { random } = this.#options;
    const next = queryAtMs[turn + 1];
    const wait = next === undefined ? queryEveryMs * (0.9 + 0.2 * random()) : next - (queryAtMs[turn] ?? 0);
    this.#later(() => this.#queryAgainAndAgain(turn + 1), wait);
  }

  /** Another machine said goodbye in this node's name: its answer to a query tells the others that it is here. */
  #answerGoodbye(): void {
    if (this.#answersGoodbye) return;
    this.#answersGoodbye = true;
    this.#later(() => {
      this.#answersGoodbye = false;
      this.#query(false);
    }, askAtMostEveryMs);
  }

  /** Of this node's own id: an echo, or what another machine says of it. */
  #receiveOwn(advertisement: Advertisement, source: string, { incarnation }: OwnRun): void {
    if (advertisement.kind === 'goodbye') {
      this.#answerGoodbye();
      return;
    }
    const { txt, port, addresses } = advertisement;
    if (relateIncarnation(incarnation, txt.incarnation) === 'same') return;
    const all = [...new Set([source, ...addresses])].slice(0, limits.dial.addresses);
    const { clock } = this.#options;
    this.#guarded(() => this.#current?.listener.copy?.({ ...txt, port, source, addresses: all, heardAt: clock.now() }));
  }

  /** Time in which the machine slept makes no device silent: none could be heard. */
  #awake(): number {
    return this.#poll?.awake() ?? this.#options.clock.monotonic();
  }

  #check(slept: boolean): void {
    for (const change of this.#table.sweep(this.#awake())) this.#report(change);
    this.#current?.deps.check?.(slept);
    if (slept) this.#query(true);
  }
}
