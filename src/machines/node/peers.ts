import { stopChild } from 'xstate';
import type { ConnectionEvent } from '../connection/events.ts';
import type { ConnectionOutput } from '../connection/input.ts';
import type { Reason } from '../reasons.ts';
import { findRoom } from './places.ts';
import { connectionsOf, nodeSetup, peerPrefix } from './setup.ts';
import type { Bar, NodeContext, Surplus } from './types.ts';

type Scope = Parameters<Parameters<typeof nodeSetup.enqueueActions>[0]>[0];

/**
 * The bars with that one set or lifted. When there are too many the oldest goes of those that others brought about: new
 * identities that come and go must not bring back whom the program sent away.
 */
function withBar(context: NodeContext, id: string, bar: Bar | null): ReadonlyMap<string, Bar> {
  const barred = new Map(context.barred);
  barred.delete(id);
  if (bar) barred.set(id, bar);
  if (barred.size > context.remembered) {
    const ids = [...barred.keys()];
    const oldest = ids.find((one) => barred.get(one)?.here !== true) ?? ids[0];
    if (oldest !== undefined) barred.delete(oldest);
  }
  return barred;
}

/** What is known of a wish for a connection beside whose it is. */
interface Wanted extends Surplus {
  readonly reason: Reason;
  readonly source?: string | undefined;
}

/** Gives the event to the peer's connection, and makes the connection if there is none. False: there is no room. */
function reach({ context, enqueue, self }: Scope, id: string, wanted: Wanted, event: ConnectionEvent): boolean {
  const connections = connectionsOf(self);
  if (!connections.has(id)) {
    const { reason, source, chance = 0, unsettled = [] } = wanted;
    const room = findRoom(connections, context, { reason, source, chance, unsettled });
    const { ownId, policy, decisionInputsOf, transports } = context;
    if (!room || ownId === null) return false;
    if (room.victim) enqueue.sendTo(room.victim, { type: 'close', reason: 'evicted' } satisfies ConnectionEvent);
    enqueue.spawnChild('connection', {
      id: peerPrefix + id,
      input: {
        id,
        ownId,
        reason,
        policy,
        decisionInputs: decisionInputsOf(id),
        transports,
        ...(source !== undefined && { source }),
      },
    });
  }
  enqueue.sendTo(peerPrefix + id, event);
  return true;
}

/** An announcement connects to a peer that is not barred, and hurries one that has failed. */
export const hearDevice = nodeSetup.enqueueActions((scope) => {
  const { context, event, enqueue, self } = scope;
  if (event.type !== 'device' || event.id === context.ownId) return;
  const { id, incarnation, fresh, back, source, chance } = event;
  const child = connectionsOf(self).get(id);
  if (child) {
    enqueue.sendTo(child, { type: 'hint', fresh, ...(back && { back }), wanted: true } satisfies ConnectionEvent);
    return;
  }
  const bar = context.barred.get(id);
  if (bar?.by === 'disconnect') return;
  if (bar && bar.incarnation?.counter === incarnation.counter && bar.incarnation.random === incarnation.random) return;
  const wanted = { reason: 'announced', source, chance } as const;
  if (!reach(scope, id, wanted, { type: 'connect', explicit: false })) {
    // Where only hearsay has no room its turn comes.
    if (fresh && connectionsOf(self).size >= context.maxPeers)
      enqueue({ type: 'refuse', params: { id, code: 'ERR_PEER_LIMIT' } });
    return;
  }
  enqueue.assign({ barred: withBar(context, id, null) });
});

/** A session that the other side opened is a wish to connect: it lifts any bar. */
export const takeSession = nodeSetup.enqueueActions((scope) => {
  const { context, event, enqueue } = scope;
  if (event.type !== 'signalling.opened') return;
  const { id, chance, unsettled, ...opened } = event;
  if (reach(scope, id, { reason: 'session', chance, unsettled }, opened)) {
    if (context.barred.has(id)) enqueue.assign({ barred: withBar(context, id, null) });
    return;
  }
  const { key } = event;
  enqueue({ type: 'refuse', params: { id, code: 'ERR_PEER_LIMIT', key } });
  enqueue({ type: 'endSignalling', params: { key, reason: 'refused' } });
});

/** Whoever comes too early or too late is sent away. */
export const turnAway = nodeSetup.enqueueActions(({ event, enqueue }) => {
  if (event.type === 'signalling.opened')
    enqueue({ type: 'endSignalling', params: { key: event.key, reason: 'stopping' } });
});

export const connectPeer = nodeSetup.enqueueActions((scope) => {
  const { context, event, enqueue } = scope;
  if (event.type !== 'connect') return;
  const { id, chance, unsettled } = event;
  const reached = reach(scope, id, { reason: 'requested', chance, unsettled }, { type: 'connect', explicit: true });
  if (reached) enqueue.assign({ barred: withBar(context, event.id, null) });
  else enqueue({ type: 'refuse', params: { id: event.id, code: 'ERR_PEER_LIMIT' } });
});

export const disconnectPeer = nodeSetup.enqueueActions(({ context, event, enqueue, self }) => {
  if (event.type !== 'disconnect') return;
  const child = connectionsOf(self).get(event.id);
  if (child) enqueue.sendTo(child, { type: 'close', reason: 'disconnect' } satisfies ConnectionEvent);
  else enqueue({ type: 'forgetPeer', params: { id: event.id } });
  enqueue.assign({ barred: withBar(context, event.id, { by: 'disconnect', here: true }) });
});

export const tellPeer = nodeSetup.enqueueActions(({ event, enqueue, self }) => {
  if (event.type !== 'peer') return;
  const child = connectionsOf(self).get(event.id);
  if (child) enqueue.sendTo(child, event.event);
});

const tellAll = (make: () => ConnectionEvent) =>
  nodeSetup.enqueueActions(({ enqueue, self }) => {
    for (const child of connectionsOf(self).values()) enqueue.sendTo(child, make());
  });

export const hurryAll = tellAll(() => ({ type: 'hint', fresh: true, network: true }));

export const closeAll = tellAll(() => ({ type: 'close', reason: 'stopping' }));

/** A newer copy of this device has its place with every peer. */
export const giveWay = tellAll(() => ({ type: 'close', reason: 'superseded' }));

export const keepCopy = nodeSetup.assign(({ event }) =>
  event.type === 'superseded' ? { copy: { address: event.address, port: event.port } } : {},
);

/** A node that was superseded dials nobody. */
export const refuseConnect = nodeSetup.enqueueActions(({ event, enqueue }) => {
  if (event.type === 'connect') enqueue({ type: 'refuse', params: { id: event.id, code: 'ERR_INSTANCE' } });
});

const actorIdOf = (type: string): string => type.replace(/^xstate\.(?:done|error)\.actor\./, '');

/** Lets go of a connection that has ended, and remembers who closed it. */
export const reapConnection = nodeSetup.enqueueActions(({ context, event, enqueue, self }) => {
  const done = event as { readonly type: string; readonly output?: ConnectionOutput; readonly error?: unknown };
  const child = actorIdOf(done.type);
  if (!child.startsWith(peerPrefix)) return;
  const id = child.slice(peerPrefix.length);
  // Whoever is told of the end may ask for the peer again before this is known here: the name is the new one's then.
  const replaced = connectionsOf(self).has(id);
  if (!replaced) enqueue(stopChild(child));
  if (!done.output) {
    enqueue({ type: 'defect', params: { id, error: done.error } });
  } else if (replaced) {
    // A wish to connect that came after the bye outweighs it.
  } else if (done.output.reason === 'remote-disconnect') {
    enqueue.assign({ barred: withBar(context, id, { by: 'disconnect' }) });
  } else if (done.output.reason === 'remote-stopping') {
    enqueue.assign({ barred: withBar(context, id, { by: 'stopping', incarnation: done.output.incarnation }) });
  }
  enqueue('changed');
});
