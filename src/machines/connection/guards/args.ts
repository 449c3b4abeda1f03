import type { ConnectionContext } from '../context.ts';
import type { ConnectionEvent } from '../events.ts';

/** What a guard decides by. */
export interface GuardArgs {
  readonly context: ConnectionContext;
  readonly event: ConnectionEvent;
}

/** True if an event is about the link of that number. */
export const isAbout = (event: ConnectionEvent, link: { readonly no: number } | null): boolean =>
  'no' in event && event.no === link?.no;
