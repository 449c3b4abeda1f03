import { type AnyActorRef, fromCallback, fromPromise, setup } from 'xstate';
import { type ConnectionSnapshot, connectionMachine } from '../connection/machine.ts';
import type { CopyAddress, NodeContext, NodeEndSignalling, NodeInput, NodeRefusal } from './context.ts';
import type { NodeEvent } from './events.ts';

const nothing = (): void => undefined;

/**
 * Vocabulary of the node machine. `open`, `discovery`, `flush`, `close` and `connection` are bound by the node:
 * `open` brings up identity and signalling server, `discovery` runs for as long as the node does, `flush` lets accepted
 * messages leave, `close` takes everything down. `close` also has to cope with an `open` that is not finished. `findCopy`
 * resolves with whether a newer copy of this device proves itself there.
 */
export const nodeSetup = setup({
  types: {
    context: {} as NodeContext,
    events: {} as NodeEvent,
    input: {} as NodeInput,
  },
  actors: {
    open: fromPromise<{ readonly ownId: string }>(() => Promise.reject(new Error('no implementation provided'))),
    discovery: fromCallback<NodeEvent>(nothing),
    flush: fromPromise<void>(() => Promise.resolve()),
    close: fromPromise<void>(() => Promise.resolve()),
    findCopy: fromPromise<boolean, CopyAddress | null>(() => Promise.resolve(false)),
    connection: connectionMachine,
  },
  delays: { copyCheck: ({ context }) => context.copyCheckMs },
  actions: {
    /** The state of the node, or the set of its connections, changed. */
    changed: nothing,
    refuse: (_, _params: NodeRefusal) => undefined,
    endSignalling: (_, _params: NodeEndSignalling) => undefined,
    /** The program disconnects a peer of which there is no connection: what is kept for its return has no use. */
    forgetPeer: (_, _params: { readonly id: string }) => undefined,
    /** A connection actor ended in an error: a defect; the others go on. */
    defect: (_, _params: { readonly id: string; readonly error: unknown }) => undefined,
  },
});

/** Children that are connections have this in front of the peer's id. */
export const peerPrefix = 'peer:';

type Children = Readonly<Record<string, AnyActorRef | undefined>>;

const childrenOf = (self: AnyActorRef): Children => (self.getSnapshot() as { readonly children: Children }).children;

/** The connection to that peer. One that has ended but is not reaped yet is none any more. */
export function connectionOf(self: AnyActorRef, id: string): AnyActorRef | undefined {
  const child = childrenOf(self)[peerPrefix + id];
  return child?.getSnapshot().status === 'active' ? child : undefined;
}

/** All of them by peer id; the time that it takes grows with their number. */
export function connectionsOf(self: AnyActorRef): ReadonlyMap<string, AnyActorRef> {
  const found = new Map<string, AnyActorRef>();
  for (const [name, child] of Object.entries(childrenOf(self))) {
    if (!child || !name.startsWith(peerPrefix)) continue;
    if (child.getSnapshot().status === 'active') found.set(name.slice(peerPrefix.length), child);
  }
  return found;
}

/** Part of the time for which a device counts as heard. */
const heardShare = 1 / 16;

/**
 * True if a packet of that device that says nothing new is of no use now, monotonic: the device is wanted already where it
 * may be, and is connected, or is being connected to and was heard just before.
 */
export function isHeardEnough(self: AnyActorRef, id: string, wanted: boolean, now: number): boolean {
  const snapshot = connectionOf(self, id)?.getSnapshot() as ConnectionSnapshot | undefined;
  if (!snapshot) return false;
  const { state, demands, peer, policy } = snapshot.context;
  if (wanted && !demands.includes('announcement')) return false;
  if (state !== 'connecting') return state === 'connected';
  return peer.announcedAt !== null && now - peer.announcedAt < policy.heardMs * heardShare;
}
