import type { ConnectionContext } from '../context.ts';

/** How long there were links until now, ms. */
export const upMsAt = ({ upMs, openedAt }: ConnectionContext, now: number): number =>
  upMs + (openedAt === null ? 0 : now - openedAt);
