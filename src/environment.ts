/** Time, as everything in lanpeer asks for it. XState takes the same object as an actor system's clock. */
export interface Clock {
  /** Wall clock: milliseconds since the epoch, may have a fraction. For time stamps only. */
  now(): number;
  /** Milliseconds that never go back. For durations, time limits and epochs. */
  monotonic(): number;
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(id: unknown): void;
}

/** A uniform random number in [0, 1). Not for secrets: those come from `node:crypto`. */
export type Random = () => number;

/** Structured log sink; a pino logger fits as it is. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  // Not counted on from the start of the process: that stands still while the machine is suspended.
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (fn, ms) => globalThis.setTimeout(fn, ms),
  clearTimeout: (id) => globalThis.clearTimeout(id as NodeJS.Timeout),
};

const nothing = (): void => undefined;

/** Discards everything: the default of a library that is embedded. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
