import type { SignallingSession } from '../../adapters/signalling/port.ts';
import type { ByteStream } from '../../protocol/byte-stream/byte-stream.ts';
import type { CreditPool } from '../../protocol/byte-stream/credit-pool.ts';
import type { ByteCounters } from '../links/channel-deps.ts';
import type { OpenStreams } from './open-streams.ts';

export interface PeerStreamsDeps {
  /** Memory of what was received and not read. */
  readonly pool: CreditPool;
  /** Memory of what was written and has not arrived. */
  readonly sendPool: CreditPool;
  /** True where streams may go over that session. */
  readonly mayCarry: (session: SignallingSession) => boolean;
  /** Signalling sessions with the peer. */
  readonly sessions: () => readonly SignallingSession[];
  /** The peer opens a stream. Throws `ERR_PROTOCOL`. */
  readonly opened: (stream: ByteStream) => void;
  readonly counters: readonly ByteCounters[];
  readonly open: OpenStreams;
  /** Nothing uses them any more. */
  readonly closed: () => void;
}
