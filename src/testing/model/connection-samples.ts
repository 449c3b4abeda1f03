import type { ConnectionEvent, SignallingFact } from '../../machines/connection/events.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';

/** Runs of the peer: a first one, one that came after it, and an older one, of a copy of the first one's state directory. */
export const incarnations = {
  first: { counter: 5, random: 'aaaaaaaaaaaaaaaa' },
  newer: { counter: 6, random: 'bbbbbbbbbbbbbbbb' },
  copy: { counter: 5, random: '9999999999999999' },
} as const satisfies Record<string, Incarnation>;

/** A session of the peer's first run that was opened while neither side had a link. */
export const session = (key: string, fact: Partial<SignallingFact> = {}): ConnectionEvent => ({
  type: 'signalling.opened',
  key,
  opener: 'local',
  incarnation: incarnations.first,
  remoteGeneration: 0,
  localGeneration: 0,
  ...fact,
});
