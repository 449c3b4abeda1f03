import { type ActorRefFrom, assign } from 'xstate';
import {
  closeAll,
  connectPeer,
  disconnectPeer,
  hearDevice,
  hurryAll,
  reapConnection,
  takeSession,
  tellPeer,
  turnAway,
} from './node.peers.ts';
import { nodeSetup } from './node.setup.ts';

// XState sends these, they are not in the union of our events: hence not written in place.
const reaping = {
  'xstate.done.actor.*': { actions: reapConnection },
  'xstate.error.actor.*': { actions: reapConnection },
};

/**
 * One node: `stopped → starting → running → stopping`, and again. It owns discovery, the signalling server and one
 * connection machine per peer, and survives the error of any of them.
 */
export const nodeMachine = nodeSetup.createMachine({
  id: 'node',
  context: ({ input }) => ({ ...input, ownId: null, barred: new Map(), error: null }),
  initial: 'stopped',
  // Only a node that runs has a use for a session; any other one would never end.
  on: { 'signalling.opened': { actions: turnAway } },
  states: {
    stopped: {
      entry: 'changed',
      on: { start: { target: 'starting', actions: assign({ error: null }) } },
    },
    starting: {
      entry: 'changed',
      invoke: {
        id: 'open',
        src: 'open',
        onDone: { target: 'running', actions: assign({ ownId: ({ event }) => event.output.ownId }) },
        onError: { target: 'stopped', actions: assign({ error: ({ event }) => event.error }) },
      },
      on: { stop: 'stopping.closing' },
    },
    running: {
      entry: 'changed',
      invoke: { id: 'discovery', src: 'discovery' },
      on: {
        ...reaping,
        device: { actions: hearDevice },
        'signalling.opened': { actions: takeSession },
        connect: { actions: connectPeer },
        disconnect: { actions: disconnectPeer },
        peer: { actions: tellPeer },
        'network.changed': { actions: hurryAll },
        stop: 'stopping',
      },
    },
    stopping: {
      on: { ...reaping, peer: { actions: tellPeer } },
      initial: 'flushing',
      states: {
        flushing: {
          entry: 'changed',
          invoke: { id: 'flush', src: 'flush', onDone: 'closing', onError: 'closing' },
        },
        closing: {
          entry: ['changed', closeAll],
          invoke: { id: 'close', src: 'close', onDone: '#node.stopped', onError: '#node.stopped' },
        },
      },
    },
  },
});

export type NodeActorRef = ActorRefFrom<typeof nodeMachine>;
