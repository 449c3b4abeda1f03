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

/** The half of discovery that any network has: which devices are there, when to query again, which fell silent. */
export interface DeviceTracker {
  start(own: OwnRun, listener: DiscoveryListener, deps: DeviceTrackerDeps): void;
  receive(advertisement: Advertisement, source: string): void;
  /** Queries now, if the last time was not just before. */
  query(): void;
  reportError(thrown: unknown): void;
  stop(): void;
  readonly refused: number;
}

type OwnRun = Pick<Announcement, 'id' | 'incarnation'>;

/** From start to stop. */
interface Run {
  readonly own: OwnRun;
  readonly listener: DiscoveryListener;
  readonly deps: DeviceTrackerDeps;
}

const { queryAtMs, queryEveryMs, interfacesEveryMs, askAtMostEveryMs } = limits.discovery;

export function createDeviceTracker({ clock, random, isOwn }: DeviceTrackerOptions): DeviceTracker {
  const timers = new Set<unknown>();
  let table: DeviceTable = makeTable();
  let refusedBefore = 0;
  let current: Run | undefined;
  let answersGoodbye = false;
  let queriedAt = Number.NEGATIVE_INFINITY;
  let poll: Poll | undefined;

  /** What the listener throws is its own affair: it must not end the reading of a socket. */
  function guarded(fn: () => void): void {
    try {
      fn();
    } catch (thrown) {
      try {
        current?.listener.error(asLanpeerError(thrown, 'ERR_HANDLER'));
      } catch {
        // A listener that throws even here cannot be told anything.
      }
    }
  }

  function report({ change, device }: Change): void {
    guarded(() => current?.listener.device(change, device));
  }

  /** A device that gives its place up is reported at once, before the one that has it. */
  function makeTable(): DeviceTable {
    return createDeviceTable(isOwn, { random, lost: report });
  }

  function later(fn: () => void, ms: number): void {
    const timer = clock.setTimeout(() => {
      timers.delete(timer);
      fn();
    }, ms);
    timers.add(timer);
  }

  function query(scheduled: boolean): void {
    queriedAt = clock.monotonic();
    current?.deps.query(scheduled);
  }

  function queryAgainAndAgain(turn: number): void {
    query(true);
    const next = queryAtMs[turn + 1];
    const wait = next === undefined ? queryEveryMs * (0.9 + 0.2 * random()) : next - (queryAtMs[turn] ?? 0);
    later(() => queryAgainAndAgain(turn + 1), wait);
  }

  /** Another machine said goodbye in this node's name: its answer to a query tells the others that it is here. */
  function answerGoodbye(): void {
    if (answersGoodbye) return;
    answersGoodbye = true;
    later(() => {
      answersGoodbye = false;
      query(false);
    }, askAtMostEveryMs);
  }

  /** Of this node's own id: an echo, or what another machine says of it. */
  function receiveOwn(advertisement: Advertisement, source: string, { incarnation }: OwnRun): void {
    if (advertisement.kind === 'goodbye') {
      answerGoodbye();
      return;
    }
    const { txt, port, addresses } = advertisement;
    if (relateIncarnation(incarnation, txt.incarnation) === 'same') return;
    const all = [...new Set([source, ...addresses])].slice(0, limits.dial.addresses);
    guarded(() => current?.listener.copy?.({ ...txt, port, source, addresses: all, heardAt: clock.now() }));
  }

  /** Time in which the machine slept makes no device silent: none could be heard. */
  const awake = (): number => poll?.awake() ?? clock.monotonic();

  function check(slept: boolean): void {
    for (const change of table.sweep(awake())) report(change);
    current?.deps.check?.(slept);
    if (slept) query(true);
  }

  return {
    start(own, listener, deps) {
      refusedBefore += table.refused;
      table = makeTable();
      current = { own, listener, deps };
      answersGoodbye = false;
      queryAgainAndAgain(0);
      poll?.stop();
      poll = startPoll({ clock, everyMs: interfacesEveryMs, sleepMs: limits.link.downMs, poll: check });
    },
    receive(advertisement, source) {
      if (!current) return;
      const { own } = current;
      if ((advertisement.kind === 'goodbye' ? advertisement.id : advertisement.txt.id) === own.id) {
        receiveOwn(advertisement, source, own);
        return;
      }
      const change = table.receive({ advertisement, source, now: awake(), at: clock.now() });
      if (change) report(change);
    },
    query() {
      if (clock.monotonic() - queriedAt >= askAtMostEveryMs) query(false);
    },
    reportError(thrown) {
      guarded(() => current?.listener.error(asLanpeerError(thrown, 'ERR_DISCOVERY')));
    },
    stop() {
      current = undefined;
      poll?.stop();
      for (const timer of timers) clock.clearTimeout(timer);
      timers.clear();
    },
    get refused() {
      return refusedBefore + table.refused;
    },
  };
}
