/** What a number of messages took. */
export interface Flood {
  /** From the first send until the last one has arrived. */
  readonly seconds: number;
  /** User and system time of the process that sends, and of the one that receives. */
  readonly nearMs: number;
  readonly farMs: number;
}

/** What an idle connection costs the process that holds many. */
export interface Held {
  /** Bytes a connection: JavaScript objects in use, memory of native code, and the growth of the resident set. */
  readonly heap: number;
  readonly native: number;
  readonly resident: number;
  /** Share of one processor that all of them take, 0 to 1. */
  readonly cpu: number;
}

/** A running stack, as the parts of the benchmark use it. */
export interface Driver {
  /** Milliseconds of so many connections, one after the other. */
  connect(count: number): Promise<readonly number[]>;
  /** Milliseconds of so many messages of 100 bytes there and back, one after the other. */
  pings(count: number): Promise<readonly number[]>;
  /** Messages as fast as they go, or so many a second. */
  flood(bytes: number, count: number, perSecond?: number): Promise<Flood>;
  /** Milliseconds of at least so many messages there and back while such a flood is under way. */
  pingsBeside(bytes: number, count: number, least: number): Promise<readonly number[]>;
  hold(count: number, idleMs: number): Promise<Held>;
  /** Milliseconds from the end of the other process, killed, until this end has noticed. */
  notice(): Promise<number>;
}

/** Longer than anything here takes: a stack that does not come back is not waited for. */
export const callLimitMs = 120_000;
