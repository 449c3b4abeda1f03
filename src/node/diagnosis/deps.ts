import type { Discovery } from '../../adapters/discovery/port.ts';
import type { Machine } from '../../adapters/machine/port.ts';
import type { Clock } from '../../environment.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Via } from '../../protocol/via.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { CurrentAccess } from '../access/current-access.ts';
import type { IdentityCopies } from '../access/identity-copies.ts';
import type { Run } from '../lifecycle/lifecycle.ts';
import type { TimeWatch } from '../monitoring/time-watch.ts';
import type { InterfaceChoice } from '../notices/interfaces.ts';
import type { ListenerConfig } from '../options/callbacks.ts';
import type { DialLog } from './dial-log.ts';

/** What a diagnosis looks at. */
export interface DiagnoseDeps {
  readonly clock: Clock;
  /** Undefined where there is none, as in memory. */
  readonly machine: Machine | undefined;
  readonly choice: () => InterfaceChoice | undefined;
  /** Interfaces that were chosen. */
  readonly interfaces: readonly string[] | undefined;
  readonly transports: readonly Via[];
  readonly listener: ListenerConfig | undefined;
  readonly admission: Pick<CurrentAccess, 'policy' | 'tags'>;
  readonly source: Pick<NodeStreamsSource, 'devices' | 'peers'>;
  readonly dials: DialLog;
  /** Whether that peer takes links over WebRTC. */
  readonly takesWebrtc: (id: DeviceId) => boolean;
  readonly copies: Pick<IdentityCopies, 'seen'>;
  readonly time: TimeWatch;
  /** The run that goes on. Throws `ERR_NOT_RUNNING`. */
  readonly run: () => Run;
  readonly discovery: () => Discovery | undefined;
}
