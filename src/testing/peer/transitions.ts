import type { ConnectionState, Reason } from '../../machines/connection/reasons.ts';

/** A transition as `connections$` emits it. */
export interface PeerTransition {
  /** State that was left; `unknown` where the connection appears. */
  readonly from: ConnectionState | 'unknown';
  readonly to: ConnectionState;
  readonly reason: Reason;
  /** Why no path takes it; absent for those that are taken. */
  readonly notTaken?: string;
}

const ends = ['disconnect', 'denied', 'stopping', 'superseded', 'remote-disconnect', 'remote-stopping'] as const;
const ownCall = 'a program brings it about by a call of connect that it aborts itself, which no path does for it';
const theirCall = 'the time between a session and its link is too short to be met by a path';
const noRoom = 'it takes more peers than a node has places for: the tests of the node machine bring it about';
const atOnce = 'a node leaves `new` in the moment in which it makes the connection: nothing can come in between';

const list: readonly (readonly [PeerTransition['from'], ConnectionState, readonly Reason[], string?])[] = [
  ['unknown', 'new', ['announced', 'requested', 'session']],
  ['new', 'connecting', ['announced', 'requested', 'session']],
  ['new', 'closed', [...ends, 'abandoned'], atOnce],
  ['connecting', 'connected', ['opened']],
  ['connecting', 'failed', ['unreachable', 'denied', 'timeout', 'stalled', 'signalling-lost', 'superseded']],
  ['connecting', 'failed', ['link-lost'], 'an actor of the node broke: a defect of lanpeer, not an event from outside'],
  ['connecting', 'closed', ends],
  ['connecting', 'closed', ['evicted'], noRoom],
  ['connecting', 'closed', ['abandoned'], ownCall],
  ['connecting', 'closed', ['remote-abandoned'], theirCall],
  ['connected', 'connected', ['replaced', 'upgraded', 'fallback']],
  ['connected', 'failed', ['link-lost', 'remote-lost', 'silent', 'gone', 'restarted', 'contested', 'superseded']],
  ['connected', 'closed', ends],
  ['connected', 'closed', ['remote-abandoned'], theirCall],
  ['failed', 'connecting', ['retry', 'hint', 'requested', 'session']],
  ['failed', 'closed', ends],
  ['failed', 'closed', ['evicted'], noRoom],
  ['failed', 'closed', ['abandoned'], ownCall],
  ['failed', 'closed', ['remote-abandoned'], theirCall],
];

/** Every transition of a connection that a program can see. */
export const peerTransitions: readonly PeerTransition[] = list.flatMap(([from, to, reasons, notTaken]) =>
  reasons.map((reason) => ({ from, to, reason, ...(notTaken !== undefined && { notTaken }) })),
);
