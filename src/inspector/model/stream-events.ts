import type { ObservedStream } from '../../node/observer.ts';

/**
 * How the byte streams that are open with a peer stand; told about once a second while there are any and they move, and
 * once when there are none any more.
 */
export interface StreamsEvent {
  readonly t: 'streams';
  readonly at: number;
  readonly id: string;
  readonly streams: readonly ObservedStream[];
  /** All of them, also those that are not shown. */
  readonly count: number;
}

/** A stream that is open. */
export interface StreamView extends ObservedStream {
  /** Bytes that were read, per second; null until there are two looks to compare. */
  readonly rates: { readonly bytesIn: number; readonly bytesOut: number } | null;
}

/** The streams that are open with a peer. */
export interface StreamsView {
  readonly at: number;
  readonly streams: readonly StreamView[];
  readonly count: number;
}
