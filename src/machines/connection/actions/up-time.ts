import type { UptimeFacts } from '../context.ts';

/** How long there were links until now, ms. */
export const totalMsAt = ({ totalMs, openedAt }: UptimeFacts, now: number): number =>
  totalMs + (openedAt === null ? 0 : now - openedAt);
