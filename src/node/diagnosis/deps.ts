import type { Discovery } from '../../adapters/discovery/port.ts';
import type { Machine } from '../../adapters/machine/port.ts';
import type { SignallingSession } from '../../adapters/signalling/port.ts';
import type { Clock } from '../../environment.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Via } from '../../protocol/via.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { CurrentAccess } from '../access/current-access.ts';
import type { IdentityCopies } from '../access/identity-copies.ts';
import type { Endpoint } from '../dialing/endpoint.ts';
import type { Dial } from '../dialing/peer-dial.ts';
import type { Run } from '../lifecycle/lifecycle.ts';
import type { Link } from '../links/link.ts';
import type { LinkFailure } from '../links/link-failures.ts';
import type { TimeWatch } from '../monitoring/time-watch.ts';
import type { InterfaceChoice } from '../notices/interfaces.ts';
import type { ListenerConfig } from '../options/callbacks.ts';
import type { ProbeQuestions } from '../probes/probe-questions.ts';
import type { DialLog } from './dial-log.ts';

/** What the way to one peer is looked at by. */
export interface PeerDiagnoseDeps {
  /** This node listens on a port that was chosen. */
  readonly isPortFixed: boolean;
  /** Where that device may be, the best first. */
  readonly endpoints: (id: DeviceId) => readonly Endpoint[];
  /** Calls back when that device announces itself, until the returned function is called. */
  readonly watchAnnouncements: (id: DeviceId, listener: () => void) => () => void;
  readonly dial: Dial;
  /** Takes up a session that was opened. */
  readonly opened: (session: SignallingSession) => void;
  /** Those with that device, the oldest first. */
  readonly sessions: (id: DeviceId) => readonly SignallingSession[];
  /** Undefined: this node has no probes. */
  readonly questions: ProbeQuestions | undefined;
  /** Links with that device that are open or being opened. */
  readonly links: (id: DeviceId) => readonly Pick<Link, 'via' | 'opened' | 'pairs'>[];
  readonly failure: (id: DeviceId) => LinkFailure | undefined;
  /** Calls back when a connection changes, until the returned function is called. */
  readonly watch: (listener: () => void) => () => void;
}

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
  readonly peer: PeerDiagnoseDeps;
}
