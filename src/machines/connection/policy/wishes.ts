import type { ConnectionContext, Wish } from '../context.ts';
import type { ConnectionEvent } from '../events.ts';

/** The wish that this event shows; null for none. */
export function wishOf(event: ConnectionEvent): Wish | null {
  if (event.type === 'connect') return event.explicit ? 'program' : 'announcement';
  if (event.type === 'hint') return event.wanted ? 'announcement' : null;
  if (event.type === 'signalling.opened') return event.opener === 'remote' ? 'session' : null;
  return null;
}

export function withWish({ wishes }: ConnectionContext, wish: Wish | null): readonly Wish[] {
  return wish === null || wishes.includes(wish) ? wishes : [...wishes, wish];
}

/** True if nobody has a reason for it but the calls of this program. */
export const isOnlyAsked = ({ wishes }: ConnectionContext): boolean => wishes.every((wish) => wish === 'program');

/** True if this side has a reason of its own, whatever the other side wants. */
export const isWantedHere = ({ wishes }: ConnectionContext): boolean =>
  wishes.some((wish) => wish === 'program' || wish === 'announcement');
