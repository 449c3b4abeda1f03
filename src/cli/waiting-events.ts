import { limits } from '../limits.ts';
import { BoundedMap } from '../util/bounded-map.ts';

/** Events that wait for a slow reader: of one subject the newest alone. */
export interface WaitingEvents {
  keep(event: object): void;
  /** Takes all of them, behind a line that says how many others there were. */
  take(): readonly object[];
  readonly size: number;
}

/** What a later event of the same subject says again, or makes out of date. */
function subjectOf(event: Readonly<Record<string, unknown>>): string {
  const { event: kind, id = '', code = '', change = '' } = event;
  if (kind === 'session') return `session ${id} ${change}`;
  if (kind === 'connection' || kind === 'device' || kind === 'peer' || kind === 'pending' || kind === 'trust')
    return `${kind} ${id}`;
  return `${kind} ${code}`;
}

export function createWaitingEvents(): WaitingEvents {
  const events = new BoundedMap<string, object>(limits.cli.heldEvents);
  let skipped = 0;
  return {
    keep(event) {
      const subject = subjectOf({ ...event });
      const before = events.size;
      events.set(subject, event);
      // It took the place of another one, of its own subject or the oldest of all.
      if (events.size === before) skipped += 1;
    },
    take() {
      const all = [...(skipped > 0 ? [{ event: 'skipped', count: skipped }] : []), ...events.values()];
      events.clear();
      skipped = 0;
      return all;
    },
    get size() {
      return events.size;
    },
  };
}
