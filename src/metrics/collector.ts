import { Observable, repeat } from 'rxjs';
import type { LanpeerNode } from '../api/node.ts';
import { type LanpeerError, onlooker } from '../errors.ts';

/** One value of a metric, with the labels that it has beside `node`. */
export type Value = readonly [value: number, labels?: Readonly<Record<string, string>>];

/** The part of a node that metrics look at. */
export type MeasuredNode = Pick<LanpeerNode, 'name' | 'stats' | 'connections$' | 'sessions$' | 'peers$' | 'errors$'>;

/** What only streams tell, counted from now on. Its keys are closed sets: states, reasons, codes. */
export interface Collector {
  transitions(): Iterable<Value>;
  readonly giveUps: number;
  readonly sessions: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  /** Smoothed round-trip times of the peers that are connected, ms. */
  readonly roundTrips: ReadonlyMap<string, number | null>;
  stop(): void;
}

export interface CollectorOptions {
  readonly connected: (seconds: number) => void;
  readonly roundTrip: (seconds: number) => void;
}

export function createCollector(node: MeasuredNode, { connected, roundTrip }: CollectorOptions): Collector {
  const transitions = new Map<string, { readonly labels: { state: string; reason: string }; count: number }>();
  const sessions: Record<string, number> = {};
  const errors: Record<string, number> = {};
  /** When the attempts that go on now began, wall clock, ms. */
  const begun = new Map<string, number>();
  let roundTrips: ReadonlyMap<string, number | null> = new Map();
  let giveUps = 0;
  const count = (counts: Record<string, number>, key: string): void => {
    counts[key] = (counts[key] ?? 0) + 1;
  };

  // A stream completes with its run; the metrics go on with the next one.
  const over = <T>(runs: Observable<T>): Observable<T> => runs.pipe(repeat());

  // A subscriber that only counts errors shows them to no user.
  const seen = new Observable<LanpeerError>((subscriber) =>
    node.errors$.subscribe(
      onlooker(
        (error) => subscriber.next(error),
        () => subscriber.complete(),
      ),
    ),
  );

  const subscriptions = [
    over(node.connections$).subscribe(({ id, state, previous, reason, gaveUp, at }) => {
      const key = `${state} ${reason}`;
      const entry = transitions.get(key) ?? { labels: { state, reason }, count: 0 };
      entry.count += 1;
      transitions.set(key, entry);
      if (gaveUp) giveUps += 1;
      const since = begun.get(id);
      if (state === 'connected' && previous === 'connecting' && since !== undefined)
        connected(Math.max(0, at - since) / 1_000);
      if (state !== 'connecting') begun.delete(id);
      else if (previous !== 'connecting') begun.set(id, at);
    }),
    over(node.sessions$).subscribe(({ change }) => count(sessions, change)),
    over(seen).subscribe(({ code }) => count(errors, code)),
    over(node.peers$).subscribe((peers) => {
      const now = new Map([...peers].map(([id, { roundTripMs }]) => [id, roundTripMs]));
      for (const [id, ms] of now) if (ms !== null && ms !== roundTrips.get(id)) roundTrip(ms / 1_000);
      roundTrips = now;
    }),
  ];

  return {
    *transitions() {
      for (const { labels, count: times } of transitions.values()) yield [times, labels];
    },
    get giveUps() {
      return giveUps;
    },
    sessions,
    errors,
    get roundTrips() {
      return roundTrips;
    },
    stop() {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
