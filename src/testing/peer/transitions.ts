import type { ConnectionState, Reason } from '../../machines/reasons.ts';

/** A transition of a connection as `connections$` tells it. */
export interface PeerTransition {
  readonly previous: ConnectionState | null;
  readonly state: ConnectionState;
  readonly reason: Reason;
}

const from = (previous: ConnectionState | null, state: ConnectionState, ...why: readonly Reason[]): PeerTransition[] =>
  why.map((reason) => ({ previous, state, reason }));

/** Every transition that the paths of {@link peerPaths} go through, taken together. */
export const peerTransitions: readonly PeerTransition[] = [
  ...from(null, 'new', 'announced', 'requested', 'session'),
  ...from('new', 'connecting', 'announced', 'requested', 'session'),
  ...from('connecting', 'connected', 'opened'),
  ...from('connecting', 'failed', 'unreachable'),
  ...from('connecting', 'closed', 'disconnect', 'stopping'),
  ...from('connected', 'connected', 'replaced', 'upgraded'),
  ...from('connected', 'failed', 'gone', 'link-lost', 'restarted', 'silent'),
  ...from('connected', 'closed', 'disconnect', 'remote-disconnect', 'remote-stopping', 'stopping'),
  ...from('failed', 'connecting', 'hint', 'requested', 'retry', 'session'),
  ...from('failed', 'closed', 'disconnect', 'stopping'),
];

/** Reasons that no path has, and why. Each of them ends in `failed`, which a program meets for other reasons. */
export const otherReasons: Readonly<Partial<Record<Reason, string>>> = {
  denied: 'both devices of the model have the same key',
  timeout: 'an attempt that takes 15 s needs a network that only delays',
  stalled: 'a link that never opens over a session that works needs a transport that is broken on one side',
  'signalling-lost': 'a session that breaks within the milliseconds before the link is up',
  'remote-lost': 'a link that breaks on one side only',
  contested: 'two copies of one device at the same time',
};
