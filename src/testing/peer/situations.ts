import type { Via } from '../../protocol/via.ts';

/** What `connections$` said last of the peer; `unknown` before it said anything. `new` is left in the moment it comes. */
export type PeerShown = 'unknown' | 'connecting' | 'connected' | 'failed' | 'closed';

/** What is known of a situation. */
export interface Situation {
  readonly shown: PeerShown;
  /** Only what carries the link there. */
  readonly via?: Via;
  readonly gaveUp?: true;
  /** It ends by itself and is looked at at once. The others are watched for a while. */
  readonly brief?: true;
}

/** Where a program and its peer can be, told apart by what may happen next. */
export const situations = {
  unknown: { shown: 'unknown' },
  /** The peer runs and does not announce itself. */
  quiet: { shown: 'unknown' },
  dialing: { shown: 'connecting', brief: true },
  linking: { shown: 'connecting' },
  connected: { shown: 'connected', via: 'webrtc' },
  /** WebRTC does not pass. */
  overTls: { shown: 'connected', via: 'tls' },
  /** The peer allows only WebRTC. */
  withoutTls: { shown: 'connected', via: 'webrtc' },
  /** The links broke, signalling did not, and may not carry one. */
  broken: { shown: 'failed', brief: true },
  cutOff: { shown: 'failed', brief: true },
  /** No process is there, and none ever was. */
  absent: { shown: 'failed', brief: true },
  /** The process that there was a link with is not there any more: this side remembers a session with it. */
  killed: { shown: 'failed', brief: true },
  denied: { shown: 'failed', brief: true },
  unfit: { shown: 'failed', brief: true },
  gaveUp: { shown: 'failed', gaveUp: true },
  /** As `gaveUp`, and the session with the process that was there has ended meanwhile. */
  gaveUpKilled: { shown: 'failed', gaveUp: true },
  /** One side disconnected; the peer runs on. */
  parted: { shown: 'closed' },
  /** The peer stopped. */
  departed: { shown: 'closed' },
  /** This side disconnected from a peer that was not there. */
  forgotten: { shown: 'closed' },
  /** The peer has a link with a newer copy of this device, which cannot be heard here. */
  turnedAway: { shown: 'failed', brief: true },
  /** This node has given way to a newer copy of its device. */
  superseded: { shown: 'closed' },
  /** Closed before it was ever, or while it was not, connected: nothing more is asked of it. */
  ended: { shown: 'closed' },
  /** The node under test has stopped. */
  stopped: { shown: 'closed' },
} as const satisfies Record<string, Situation>;

/** The name of a situation. */
export type PeerSituation = keyof typeof situations;
