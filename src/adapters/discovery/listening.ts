import type { Clock, Random } from '../../environment.ts';
import { asLanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { relateInstance } from '../../protocol/instance.ts';
import { type Poll, startPoll } from '../../util/poll.ts';
import { type Change, createDeviceTable, type DeviceTable } from './device-table.ts';
import type { Heard } from './packet.ts';
import type { Announcement, DiscoveryListener } from './port.ts';

export interface ListeningOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Sources without a cap of their own. */
  readonly isExempt: (source: string) => boolean;
}

/** What is asked of the network under it. */
export interface Medium {
  /** Asks who is there. `scheduled` is false when the program wanted it. */
  query(scheduled: boolean): void;
  /** Called every now and then; `slept` when the machine was asleep meanwhile. */
  look?(slept: boolean): void;
}

/** The half of discovery that any network has: whom was heard, when to ask again, who fell silent. */
export interface Listening {
  start(own: Pick<Announcement, 'id' | 'instance'>, listener: DiscoveryListener, medium: Medium): void;
  hear(heard: Heard, source: string): void;
  /** Asks now, if the last time was not just before. */
  query(): void;
  reportError(thrown: unknown): void;
  stop(): void;
  readonly running: boolean;
  readonly refused: number;
}

const { queryAtMs, queryEveryMs, interfacesEveryMs, askAtMostEveryMs } = limits.discovery;

export function createListening({ clock, random, isExempt }: ListeningOptions): Listening {
  const timers = new Set<unknown>();
  let table: DeviceTable = makeTable();
  let refusedBefore = 0;
  let current:
    | {
        readonly own: Pick<Announcement, 'id' | 'instance'>;
        readonly listener: DiscoveryListener;
        readonly medium: Medium;
      }
    | undefined;
  let rescuing = false;
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

  function tell({ change, device }: Change): void {
    guarded(() => current?.listener.device(change, device));
  }

  /** A device that gives its place up is told of at once, before the one that has it. */
  function makeTable(): DeviceTable {
    return createDeviceTable(isExempt, { random, lost: tell });
  }

  function later(fn: () => void, ms: number): void {
    const timer = clock.setTimeout(() => {
      timers.delete(timer);
      fn();
    }, ms);
    timers.add(timer);
  }

  function ask(scheduled: boolean): void {
    queriedAt = clock.monotonic();
    current?.medium.query(scheduled);
  }

  function askForEver(turn: number): void {
    ask(true);
    const next = queryAtMs[turn + 1];
    const wait = next === undefined ? queryEveryMs * (0.9 + 0.2 * random()) : next - (queryAtMs[turn] ?? 0);
    later(() => askForEver(turn + 1), wait);
  }

  /** Somebody said goodbye in this node's name: its answer to a question tells the others that it is here. */
  function rescue(): void {
    if (rescuing) return;
    rescuing = true;
    later(() => {
      rescuing = false;
      ask(false);
    }, askAtMostEveryMs);
  }

  /** Of this node's own id: an echo, or what somebody else says of it. */
  function hearOwn(heard: Heard, source: string, { instance }: Pick<Announcement, 'instance'>): void {
    if (heard.kind === 'goodbye') {
      rescue();
      return;
    }
    const { txt, port, addresses } = heard;
    if (relateInstance(instance, txt.instance) === 'same') return;
    const all = [...new Set([source, ...addresses])].slice(0, limits.dial.addresses);
    guarded(() => current?.listener.copy?.({ ...txt, port, source, addresses: all, heardAt: clock.now() }));
  }

  /** Time in which the machine slept makes no device silent: none could be heard. */
  const awake = (): number => poll?.awake() ?? clock.monotonic();

  function look(slept: boolean): void {
    for (const change of table.sweep(awake())) tell(change);
    current?.medium.look?.(slept);
    if (slept) ask(true);
  }

  return {
    start(own, listener, medium) {
      refusedBefore += table.refused;
      table = makeTable();
      current = { own, listener, medium };
      rescuing = false;
      askForEver(0);
      poll?.stop();
      poll = startPoll({ clock, everyMs: interfacesEveryMs, sleepMs: limits.link.downMs, poll: look });
    },
    hear(heard, source) {
      if (!current) return;
      const { own } = current;
      if ((heard.kind === 'goodbye' ? heard.id : heard.txt.id) === own.id) {
        hearOwn(heard, source, own);
        return;
      }
      const change = table.hear({ heard, source, now: awake(), at: clock.now() });
      if (change) tell(change);
    },
    query() {
      if (clock.monotonic() - queriedAt >= askAtMostEveryMs) ask(false);
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
    get running() {
      return current !== undefined;
    },
    get refused() {
      return refusedBefore + table.refused;
    },
  };
}
