import { type ActorLogic, getStateNodes } from 'xstate';
import { TestModel } from 'xstate/graph';
import type { ConnectionContext } from '../../machines/connection/context.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { ConnectionInput } from '../../machines/connection/input.ts';
import { type ConnectionSnapshot, connectionMachine } from '../../machines/connection/machine.ts';
import { isOnlyRequested } from '../../machines/connection/policy/demand.ts';
import { isCrashLooping } from '../../machines/connection/policy/retry.ts';
import { type Incarnation, relateIncarnation } from '../../protocol/incarnation.ts';
import { incarnations, session } from './connection-samples.ts';

/** XState sends these by itself; to the graph they are events like the others. */
export type ConnectionGraphEvent = ConnectionEvent | { readonly type: `xstate.${string}` };

const sessionKeys = ['s1', 's2'] as const;

const isSame = (a: Incarnation | undefined, b: Incarnation): boolean => a?.random === b.random;

/** A session of each run of the peer; of the one that the link is with also those whose greetings name the link. */
function sessionsToOpen({ signalling, link }: ConnectionContext): ConnectionEvent[] {
  const key = sessionKeys.find((name) => !signalling.some((open) => open.key === name));
  if (!key) return [];
  return Object.values(incarnations).flatMap((incarnation) => [
    session(key, { incarnation }),
    ...(link && isSame(incarnation, link.incarnation)
      ? [
          session(key, { incarnation, localGeneration: link.generation }),
          session(key, { incarnation, localGeneration: link.generation, remoteGeneration: link.generation }),
        ]
      : []),
  ]);
}

const linkFacts = (no: number): ConnectionEvent[] => [
  { type: 'link.negotiated', no },
  { type: 'link.open', no },
  { type: 'link.silent', no },
  { type: 'link.heard', no },
  { type: 'link.down', no, silent: false, code: 'ERR_TRANSPORT' },
  { type: 'link.down', no, silent: true, code: 'ERR_TIMEOUT' },
  { type: 'link.down', no, silent: false, code: 'ERR_PROTOCOL' },
];

/** Timers of the states that the machine is in, as the events that they become. */
const timersOf = ({ value }: ConnectionSnapshot): ConnectionGraphEvent[] =>
  [...new Set(getStateNodes(connectionMachine.root, value))].flatMap((node) =>
    node.after.map(({ eventType }) => ({ type: eventType as `xstate.${string}` })),
  );

/** Everything that can happen to a connection in that state, facts about links and sessions that are gone among them. */
export function connectionEventsIn(snapshot: ConnectionSnapshot): ConnectionGraphEvent[] {
  const { context } = snapshot;
  const { signalling, link, replacement } = context;
  const { generation } = context.negotiation;
  const own = link?.incarnation ?? incarnations.first;
  return [
    { type: 'connect', explicit: false },
    { type: 'connect', explicit: true },
    { type: 'close', reason: 'disconnect' },
    { type: 'close', reason: 'stopping' },
    { type: 'close', reason: 'superseded' },
    { type: 'close', reason: 'denied' },
    // A peer that is connected is never evicted.
    ...(context.state === 'connecting' || context.state === 'failed'
      ? ([{ type: 'close', reason: 'evicted' }] satisfies ConnectionEvent[])
      : []),
    { type: 'hint', fresh: false },
    { type: 'hint', fresh: false, back: true },
    { type: 'hint', fresh: true },
    { type: 'hint', fresh: true, network: true },
    { type: 'hint', fresh: false, wanted: true },
    { type: 'abandon' },
    ...sessionsToOpen(context),
    ...signalling.flatMap(({ key }): ConnectionEvent[] => [
      { type: 'signalling.closed', key, bye: null },
      { type: 'signalling.closed', key, bye: 'duplicate' },
      { type: 'signalling.closed', key, bye: 'instance' },
      { type: 'signalling.closed', key, bye: 'refused' },
      { type: 'remote.abandoned', key },
      { type: 'offer', key, generation: generation + 1, via: 'webrtc' },
      { type: 'offer', key, generation: generation + 1, via: 'tls' },
      { type: 'offer', key, generation, via: 'webrtc' },
    ]),
    { type: 'signalling.closed', key: 'gone', bye: null },
    { type: 'offer', key: 'gone', generation: generation + 1, via: 'webrtc' },
    ...[link, replacement].flatMap((fact) => (fact ? linkFacts(fact.no) : [])),
    ...[link, replacement].flatMap((fact): ConnectionEvent[] =>
      fact ? [{ type: 'remote.lost', generation: fact.generation }] : [],
    ),
    ...linkFacts(0),
    { type: 'remote.lost', generation: 0 },
    { type: 'remote.bye', reason: 'disconnect', incarnation: own },
    { type: 'remote.bye', reason: 'stopping', incarnation: own },
    { type: 'remote.bye', reason: 'stopping', incarnation: { counter: 1, random: 'dddddddddddddddd' } },
    ...(context.dial.inProgress
      ? ([
          { type: 'dial.begun' },
          { type: 'dial.refused' },
          { type: 'dial.failed', refused: true, denied: false, code: 'ERR_REFUSED' },
          { type: 'dial.failed', refused: false, denied: false, code: 'ERR_TIMEOUT' },
          { type: 'dial.failed', refused: false, denied: true, code: 'ERR_NETWORK_KEY' },
          { type: 'xstate.error.actor.dialer' },
        ] satisfies ConnectionGraphEvent[])
      : []),
    { type: `xstate.error.actor.link.${link?.no ?? 0}` },
    ...timersOf(snapshot),
  ];
}

/**
 * What tells two states apart: all that a decision depends on, none of the numbers that only grow. Sessions and
 * incarnations are named by how they stand to the link, so that states that differ in names only are one.
 */
export function connectionStateKey(snapshot: ConnectionSnapshot): string {
  const { value, context } = snapshot;
  const { link, replacement, signalling, policy, dial, negotiation, fallback, verification, retry } = context;
  if (context.state === 'closed') return 'closed';
  const sessionAt = (key: string | null | undefined): number => signalling.findIndex((open) => open.key === key);
  const runOf = (incarnation: Incarnation): string =>
    link ? relateIncarnation(link.incarnation, incarnation) : incarnation.random;
  const setsUp = snapshot.matches({ connecting: 'linking' }) || snapshot.matches({ connected: 'replacing' });
  return JSON.stringify([
    value,
    signalling.map(({ incarnation }) => runOf(incarnation)),
    link && [sessionAt(link.signalling), link.via],
    replacement && [sessionAt(replacement.signalling), replacement.via],
    negotiation.offer && sessionAt(negotiation.offer.key),
    setsUp && context.offers && Math.min(negotiation.linksTried, policy.linksPerAttempt),
    context.state !== 'failed' && context.offers && negotiation.declined,
    snapshot.matches({ connected: 'fallback' }) && fallback.loss?.reason === 'silent',
    Math.min(fallback.failedLinks, policy.maxFailedLinks),
    Math.min(retry.attempt, policy.maxAttempts),
    snapshot.matches({ connecting: 'reaching' }) && dial.explicit,
    dial.inProgress,
    snapshot.matches({ connected: { suspect: 'redialing' } }) && verification.heard,
    context.state === 'connected' && retry.hintAt !== null,
    snapshot.matches({ connecting: 'reaching' }) && isOnlyRequested(context),
    context.state === 'failed' && [retry.hintAt !== null, isCrashLooping(context)],
  ]);
}

type Logic = ActorLogic<ConnectionSnapshot, ConnectionGraphEvent, ConnectionInput>;

/** The machine as a model of itself: every state that these events lead to, and every step between them. */
export function createConnectionGraph(input: ConnectionInput) {
  // The graph's types know neither XState's own events nor typed actors.
  return new TestModel(connectionMachine as unknown as Logic, {
    input,
    events: connectionEventsIn,
    serializeState: connectionStateKey,
    // Not `can`: it passes over transitions that take an event without doing anything, which are meant as well.
    filterEvents: (snapshot, event) =>
      snapshot.status === 'active' &&
      (connectionMachine.getTransitionData(snapshot, event as ConnectionEvent)?.length ?? 0) > 0,
    stateMatcher: (snapshot, key) => connectionStateKey(snapshot) === key,
  });
}
