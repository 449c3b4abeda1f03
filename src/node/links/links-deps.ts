import type { Transport } from '../../adapters/transport/port.ts';
import type { Clock } from '../../environment.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Hello } from '../../protocol/frame-types.ts';
import type { Via } from '../../protocol/via.ts';
import type { NodeCounters } from '../monitoring/node-counters.ts';
import type { PeerCounters } from '../monitoring/peer-counters.ts';
import type { Trace } from '../monitoring/trace.ts';
import type { SignallingSessions } from './signalling-sessions.ts';
import type { UpgradeQueue } from './upgrade-queue.ts';

export interface LinksDeps {
  readonly ownId: () => DeviceId;
  readonly transports: ReadonlyMap<Via, Transport>;
  readonly sessions: Pick<SignallingSessions, 'negotiate' | 'tellLost'>;
  readonly turns: UpgradeQueue;
  /** What a new link with that peer says first. */
  readonly hello: (id: DeviceId) => Hello;
  readonly peerCounters: (id: DeviceId) => PeerCounters;
  /** The round-trip time of an open link, ms. */
  readonly measured: (id: DeviceId, no: number, ms: number) => void;
  readonly clock: Clock;
  readonly counters: NodeCounters;
  readonly trace: Trace;
}
