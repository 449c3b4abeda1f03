import { stopChild } from 'xstate';
import type { ConnectionEvent } from '../connection/events.ts';
import type { ConnectionOutput } from '../connection/input.ts';
import type { Reason } from '../connection/reasons.ts';
import type { Block, NodeContext } from './context.ts';
import type { EvictionInputs } from './events.ts';
import { findCapacity } from './eviction.ts';
import { connectionOf, connectionsOf, nodeSetup, peerPrefix } from './setup.ts';

type Scope = Parameters<Parameters<typeof nodeSetup.enqueueActions>[0]>[0];

/**
 * The blocked peers with that one added or removed. When there are too many, the oldest goes of those that the other side
 * brought about: new identities that come and go must not unblock a peer that the program disconnected.
 */
function withBlock(context: NodeContext, id: string, block: Block | null): ReadonlyMap<string, Block> {
  const blocked = new Map(context.blocked);
  blocked.delete(id);
  if (block) blocked.set(id, block);
  if (blocked.size > context.remembered) {
    const ids = [...blocked.keys()];
    const oldest = ids.find((one) => blocked.get(one)?.here !== true) ?? ids[0];
    if (oldest !== undefined) blocked.delete(oldest);
  }
  return blocked;
}

/** What is known of a demand for a connection, besides the peer. */
interface ConnectionDemand extends EvictionInputs {
  readonly reason: Reason;
  readonly source?: string | undefined;
}

/** Gives the event to the peer's connection, and makes the connection if there is none. False: there is no capacity. */
function sendOrSpawn(
  { context, enqueue, self }: Scope,
  id: string,
  demand: ConnectionDemand,
  event: ConnectionEvent,
): boolean {
  if (!connectionOf(self, id)) {
    const { reason, source, chance = 0, unsettled = [] } = demand;
    const capacity = findCapacity(connectionsOf(self), context, { reason, source, chance, unsettled });
    const { ownId, policy, decisionInputsOf, transports } = context;
    if (!capacity || ownId === null) return false;
    if (capacity.evicted)
      enqueue.sendTo(capacity.evicted, { type: 'close', reason: 'evicted' } satisfies ConnectionEvent);
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

/** An announcement connects to a peer that is not blocked, and is a retry hint to one that has failed. */
export const handleDevice = nodeSetup.enqueueActions((scope) => {
  const { context, event, enqueue, self } = scope;
  if (event.type !== 'device' || event.id === context.ownId) return;
  const { id, incarnation, fresh, back, source, chance } = event;
  const child = connectionOf(self, id);
  if (child) {
    enqueue.sendTo(child, { type: 'hint', fresh, ...(back && { back }), wanted: true } satisfies ConnectionEvent);
    return;
  }
  const block = context.blocked.get(id);
  if (block?.by === 'disconnect') return;
  if (block && block.incarnation?.counter === incarnation.counter && block.incarnation.random === incarnation.random)
    return;
  const demand = { reason: 'announced', source, chance } as const;
  if (!sendOrSpawn(scope, id, demand, { type: 'connect', explicit: false })) {
    // Where only unverified devices have no more room, this one has its turn later.
    if (fresh && connectionsOf(self).size >= context.maxPeers)
      enqueue({ type: 'refuse', params: { id, code: 'ERR_PEER_LIMIT' } });
    return;
  }
  enqueue.assign({ blocked: withBlock(context, id, null) });
});

/** A session that the other side opened is a demand: it unblocks the peer. */
export const handleSession = nodeSetup.enqueueActions((scope) => {
  const { context, event, enqueue } = scope;
  if (event.type !== 'signalling.opened') return;
  const { id, chance, unsettled, ...opened } = event;
  if (sendOrSpawn(scope, id, { reason: 'session', chance, unsettled }, opened)) {
    if (context.blocked.has(id)) enqueue.assign({ blocked: withBlock(context, id, null) });
    return;
  }
  const { key } = event;
  enqueue({ type: 'refuse', params: { id, code: 'ERR_PEER_LIMIT', key } });
  enqueue({ type: 'endSignalling', params: { key, reason: 'refused' } });
});

/** A node that does not run, or runs no more, rejects sessions. */
export const rejectSession = nodeSetup.enqueueActions(({ event, enqueue }) => {
  if (event.type === 'signalling.opened')
    enqueue({ type: 'endSignalling', params: { key: event.key, reason: 'stopping' } });
});

export const handleConnect = nodeSetup.enqueueActions((scope) => {
  const { context, event, enqueue } = scope;
  if (event.type !== 'connect') return;
  const { id, chance, unsettled } = event;
  const isSent = sendOrSpawn(
    scope,
    id,
    { reason: 'requested', chance, unsettled },
    { type: 'connect', explicit: true },
  );
  if (isSent) enqueue.assign({ blocked: withBlock(context, event.id, null) });
  else enqueue({ type: 'refuse', params: { id: event.id, code: 'ERR_PEER_LIMIT' } });
});

export const handleDisconnect = nodeSetup.enqueueActions(({ context, event, enqueue, self }) => {
  if (event.type !== 'disconnect') return;
  const child = connectionOf(self, event.id);
  if (child) enqueue.sendTo(child, { type: 'close', reason: 'disconnect' } satisfies ConnectionEvent);
  else enqueue({ type: 'forgetPeer', params: { id: event.id } });
  enqueue.assign({ blocked: withBlock(context, event.id, { by: 'disconnect', here: true }) });
});

export const sendToPeer = nodeSetup.enqueueActions(({ event, enqueue, self }) => {
  if (event.type !== 'peer') return;
  const child = connectionOf(self, event.id);
  if (child) enqueue.sendTo(child, event.event);
});

const sendToAll = (make: () => ConnectionEvent) =>
  nodeSetup.enqueueActions(({ enqueue, self }) => {
    for (const child of connectionsOf(self).values()) enqueue.sendTo(child, make());
  });

export const retryAll = sendToAll(() => ({ type: 'hint', fresh: true, network: true }));

export const closeAll = sendToAll(() => ({ type: 'close', reason: 'stopping' }));

/** A newer copy of this device takes over its connections. */
export const closeSuperseded = sendToAll(() => ({ type: 'close', reason: 'superseded' }));

export const setCopy = nodeSetup.assign(({ event }) =>
  event.type === 'superseded' ? { copy: { address: event.address, port: event.port } } : {},
);

/** A node that was superseded dials no peer. */
export const refuseConnect = nodeSetup.enqueueActions(({ event, enqueue }) => {
  if (event.type === 'connect') enqueue({ type: 'refuse', params: { id: event.id, code: 'ERR_INSTANCE' } });
});

const actorIdOf = (type: string): string => type.replace(/^xstate\.(?:done|error)\.actor\./, '');

/** Stops a connection that has ended, and blocks the peer where it was closed on purpose. */
export const reapConnection = nodeSetup.enqueueActions(({ context, event, enqueue, self }) => {
  const done = event as { readonly type: string; readonly output?: ConnectionOutput; readonly error?: unknown };
  const child = actorIdOf(done.type);
  if (!child.startsWith(peerPrefix)) return;
  const id = child.slice(peerPrefix.length);
  // A subscriber that hears of the end may connect again before this is known here: the name is the new actor's then.
  const replaced = connectionOf(self, id) !== undefined;
  if (!replaced) enqueue(stopChild(child));
  if (!done.output) {
    enqueue({ type: 'defect', params: { id, error: done.error } });
  } else if (replaced) {
    // A demand that came after the bye outweighs it.
  } else if (done.output.reason === 'remote-disconnect') {
    enqueue.assign({ blocked: withBlock(context, id, { by: 'disconnect' }) });
  } else if (done.output.reason === 'remote-stopping') {
    enqueue.assign({ blocked: withBlock(context, id, { by: 'stopping', incarnation: done.output.incarnation }) });
  }
  enqueue('changed');
});
