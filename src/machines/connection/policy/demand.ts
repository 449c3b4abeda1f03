import type { ConnectionContext, Demand } from '../context.ts';
import type { ConnectionEvent } from '../events.ts';

/** The demand that this event shows; null for none. */
export function demandOf(event: ConnectionEvent): Demand | null {
  if (event.type === 'connect') return event.explicit ? 'program' : 'announcement';
  if (event.type === 'hint') return event.wanted ? 'announcement' : null;
  if (event.type === 'signalling.opened') return event.opener === 'remote' ? 'session' : null;
  return null;
}

export function withDemand({ demands }: ConnectionContext, demand: Demand | null): readonly Demand[] {
  return demand === null || demands.includes(demand) ? demands : [...demands, demand];
}

/** True if the calls of this program are the only reason for it. */
export const isOnlyRequested = ({ demands }: ConnectionContext): boolean =>
  demands.every((demand) => demand === 'program');

/** True if this side has a reason of its own, whatever the other side wants. */
export const isDemandedHere = ({ demands }: ConnectionContext): boolean =>
  demands.some((demand) => demand === 'program' || demand === 'announcement');
