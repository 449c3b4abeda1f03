import type { Clock } from '../../../environment.ts';

export interface MemoryNetworkOptions {
  readonly clock: Clock;
  /** From one end to the other; 1 ms by default. */
  readonly delayMs: number;
  /** Whether anything passes from one address to the other now, beside what is blocked. */
  readonly passes: (from: string, to: string) => boolean;
  /** So many ms more for this message, asked for each: what comes behind it waits, as in TCP. */
  readonly lateMs: (from: string, to: string) => number;
}
