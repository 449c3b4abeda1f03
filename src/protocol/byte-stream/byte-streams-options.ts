import type { CarriedBodies } from '../message-session/carried-bodies.ts';
import type { ByteStream } from './byte-stream.ts';
import type { CreditPool } from './credit-pool.ts';

/** The streams of a pair of message sessions, and whoever uses them. */
export interface ByteStreamsOptions {
  /** The two message sessions, by the names of their send streams: this side's and the other's. */
  readonly own: string;
  readonly other: string;
  readonly pool: CreditPool;
  /** Memory of what was written and has not arrived. */
  readonly sendPool: CreditPool;
  /** The other side opens one: it is accepted, or aborted, within the call or later. */
  readonly opened: (stream: ByteStream) => void;
  /** One is over: another can be opened. */
  readonly freed: () => void;
  /** Messages that go over the same carrier. */
  readonly bodies?: CarriedBodies | undefined;
  /** There is something to write. */
  readonly wake: () => void;
}
