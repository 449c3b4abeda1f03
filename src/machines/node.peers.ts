import { type AnyActorRef, stopChild } from 'xstate';
import type { ConnectionSnapshot } from './connection.machine.ts';
import type { ConnectionEvent, ConnectionOutput } from './connection.types.ts';
import { connectionsOf, nodeSetup, peerPrefix } from './node.setup.ts';
import type { Bar, NodeContext } from './node.types.ts';
import type { Reason } from './reasons.ts';

type Scope = Parameters<Parameters<typeof nodeSetup.enqueueActions>[0]>[0];

/** The bars with that one set or lifted; the oldest goes when there are too many. */
function withBar(context: NodeContext, id: string, bar: Bar | null): ReadonlyMap<string, Bar> {
  const barred = new Map(context.barred);
  barred.delete(id);
  if (bar) barred.set(id, bar);
  const [oldest] = barred.keys();
  if (oldest !== undefined && barred.size > context.remembered) barred.delete(oldest);
  return barred;
}

/** A device that was only heard of: no session has proven that it is there, and the program did not ask for it. */
const isHearsay = ({ context: { instance, explicit } }: ConnectionSnapshot): boolean => instance === null && !explicit;

/**
 * The connection that makes room for a peer that is there now: one that gave up, or, unless the peer itself is only
 * heard of, one that is hearsay: whoever invents devices must not keep the real ones out.
 */
function findVictim(connections: ReadonlyMap<string, AnyActorRef>, reason: Reason): AnyActorRef | undefined {
  const all = [...connections.values()].map((child) => ({ child, is: child.getSnapshot() as ConnectionSnapshot }));
  const gaveUp = all.find(({ is }) => is.matches({ failed: 'gaveUp' }));
  const hearsay = reason === 'announced' ? undefined : all.find(({ is }) => isHearsay(is));
  return (gaveUp ?? hearsay)?.child;
}

/** Gives the event to the peer's connection, and makes the connection if there is none. False: over the cap. */
function reach({ context, enqueue, self }: Scope, id: string, reason: Reason, event: ConnectionEvent): boolean {
  const connections = connectionsOf(self);
  if (!connections.has(id)) {
    if (connections.size >= context.maxPeers) {
      const victim = findVictim(connections, reason);
      if (!victim) return false;
      enqueue.sendTo(victim, { type: 'close', reason: 'disconnect' } satisfies ConnectionEvent);
    }
    const { ownId, policy, oracleOf, transports } = context;
    if (ownId === null) return false;
    enqueue.spawnChild('connection', {
      id: peerPrefix + id,
      input: { id, ownId, reason, policy, oracle: oracleOf(id), transports },
    });
  }
  enqueue.sendTo(peerPrefix + id, event);
  return true;
}

/** An announcement connects to a peer that is not barred, and hurries one that has failed. */
export const hearDevice = nodeSetup.enqueueActions((scope) => {
  const { context, event, enqueue, self } = scope;
  if (event.type !== 'device' || event.id === context.ownId) return;
  const { id, instance, fresh, back } = event;
  const child = connectionsOf(self).get(id);
  if (child) {
    enqueue.sendTo(child, { type: 'hint', fresh, ...(back && { back }), wanted: true } satisfies ConnectionEvent);
    return;
  }
  const bar = context.barred.get(id);
  if (bar?.by === 'disconnect') return;
  if (bar && bar.instance?.counter === instance.counter && bar.instance.random === instance.random) return;
  if (!reach(scope, id, 'announced', { type: 'connect', explicit: false })) {
    if (fresh) enqueue({ type: 'refuse', params: { id, code: 'ERR_PEER_LIMIT' } });
    return;
  }
  enqueue.assign({ barred: withBar(context, id, null) });
});

/** A session that the other side opened is a wish to connect: it lifts any bar. */
export const takeSession = nodeSetup.enqueueActions((scope) => {
  const { context, event, enqueue } = scope;
  if (event.type !== 'signalling.opened') return;
  const { id, ...opened } = event;
  if (reach(scope, id, 'session', opened)) {
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
  const reached = reach(scope, event.id, 'requested', { type: 'connect', explicit: true });
  if (reached) enqueue.assign({ barred: withBar(context, event.id, null) });
  else enqueue({ type: 'refuse', params: { id: event.id, code: 'ERR_PEER_LIMIT' } });
});

export const disconnectPeer = nodeSetup.enqueueActions(({ context, event, enqueue, self }) => {
  if (event.type !== 'disconnect') return;
  const child = connectionsOf(self).get(event.id);
  if (child) enqueue.sendTo(child, { type: 'close', reason: 'disconnect' } satisfies ConnectionEvent);
  enqueue.assign({ barred: withBar(context, event.id, { by: 'disconnect' }) });
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
    enqueue.assign({ barred: withBar(context, id, { by: 'stopping', instance: done.output.instance }) });
  }
  enqueue('changed');
});
