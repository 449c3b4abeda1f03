import type { Via } from '../../protocol/via.ts';

/** The last state of the peer in `connections$`; `unknown` before the first. `new` is left in the moment it comes. */
export type PeerState = 'unknown' | 'connecting' | 'connected' | 'failed' | 'closed';

/** What has to hold in a state of the model. */
export interface PeerStateDefinition {
  readonly state: PeerState;
  /** Transport of the link; absent where any may carry it. */
  readonly via?: Via;
  readonly gaveUp?: true;
  /** It ends by itself and is checked at once. The others are observed for a while. */
  readonly brief?: true;
}

/** States of a program and its peer, told apart by which events may come next. */
export const peerStates = {
  unknown: { state: 'unknown' },
  /** The peer runs and does not announce itself. */
  unannounced: { state: 'unknown' },
  dialing: { state: 'connecting', brief: true },
  linking: { state: 'connecting' },
  connected: { state: 'connected', via: 'webrtc' },
  /** WebRTC does not pass. */
  overTls: { state: 'connected', via: 'tls' },
  /** The peer allows only WebRTC. */
  withoutTls: { state: 'connected', via: 'webrtc' },
  /** The links broke, signalling did not, and may not carry one. */
  broken: { state: 'failed', brief: true },
  partitioned: { state: 'failed', brief: true },
  /** No process is there, and none ever was. */
  absent: { state: 'failed', brief: true },
  /** The process that there was a link with is not there any more: this side remembers a message session with it. */
  killed: { state: 'failed', brief: true },
  denied: { state: 'failed', brief: true },
  noCommonTransport: { state: 'failed', brief: true },
  gaveUp: { state: 'failed', gaveUp: true },
  /** As `gaveUp`, and the message session with the process that was there has ended meanwhile. */
  gaveUpKilled: { state: 'failed', gaveUp: true },
  /** One side disconnected; the peer still runs. */
  disconnected: { state: 'closed' },
  /** The peer stopped. */
  peerStopped: { state: 'closed' },
  /** This side disconnected from a peer that was not there. */
  disconnectedWhileAbsent: { state: 'closed' },
  /** The peer has a link with a newer copy of this device, which cannot be heard here. */
  rejectedForCopy: { state: 'failed', brief: true },
  /** This node has given way to a newer copy of its device. */
  superseded: { state: 'closed' },
  /** Closed before it was ever, or while it was not, connected: no step leads on. */
  finished: { state: 'closed' },
  /** The node under test has stopped. */
  stopped: { state: 'closed' },
} as const satisfies Record<string, PeerStateDefinition>;

/** The name of a state of the model. */
export type PeerModelState = keyof typeof peerStates;
