/** How much is kept. */
export interface Limits {
  readonly changes: number;
  readonly steps: number;
  /** Steps of signalling of one peer, and peers that have any. */
  readonly sequence: number;
  readonly sequences: number;
  readonly errors: number;
  readonly messages: number;
  /** Closed connections that are still shown. */
  readonly closed: number;
}

/** For a page that is left open for days. */
export const liveLimits: Limits = {
  changes: 5_000,
  steps: 5_000,
  sequence: 200,
  sequences: 512,
  errors: 500,
  messages: 500,
  closed: 128,
};

/** A recording is in memory as it is: its views leave nothing out. */
export const recordedLimits: Limits = {
  changes: Infinity,
  steps: Infinity,
  sequence: Infinity,
  sequences: Infinity,
  errors: Infinity,
  messages: Infinity,
  closed: Infinity,
};
