import { type ActorRefFrom, assign } from 'xstate';
import {
  closeAll,
  closeSuperseded,
  handleConnect,
  handleDevice,
  handleDisconnect,
  handleSession,
  reapConnection,
  refuseConnect,
  rejectSession,
  retryAll,
  sendToPeer,
  setCopy,
} from './actions.ts';
import { nodeSetup } from './setup.ts';

// XState sends these, they are not in the union of our events: hence not written in place.
const reaping = {
  'xstate.done.actor.*': { actions: reapConnection },
  'xstate.error.actor.*': { actions: reapConnection },
};

/** A newer copy of this device runs: silent, without a peer, for as long as that copy proves that it is there. */
const superseded = nodeSetup.createStateConfig({
  on: { connect: { actions: refuseConnect }, superseded: { actions: setCopy } },
  initial: 'waiting',
  states: {
    waiting: { after: { copyCheck: 'looking' } },
    looking: {
      invoke: {
        id: 'findCopy',
        src: 'findCopy',
        input: ({ context }) => context.copy,
        onDone: [{ guard: ({ event }) => event.output, target: 'waiting' }, { target: '#node.running.active' }],
        onError: '#node.running.active',
      },
    },
  },
});

/**
 * One node: `stopped → starting → running → stopping`, and again. It owns discovery, the signalling server and one
 * connection machine per peer, and survives the error of any of them.
 */
export const nodeMachine = nodeSetup.createMachine({
  id: 'node',
  context: ({ input }) => ({ ...input, ownId: null, blocked: new Map(), copy: null, error: null }),
  initial: 'stopped',
  // Only a node that runs has a use for a session; any other one would never end.
  on: { 'signalling.opened': { actions: rejectSession } },
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
      on: { ...reaping, disconnect: { actions: handleDisconnect }, peer: { actions: sendToPeer }, stop: 'stopping' },
      initial: 'active',
      states: {
        active: {
          invoke: { id: 'discovery', src: 'discovery' },
          on: {
            device: { actions: handleDevice },
            'signalling.opened': { actions: handleSession },
            connect: { actions: handleConnect },
            'network.changed': { actions: retryAll },
            superseded: { target: 'superseded', actions: [setCopy, closeSuperseded] },
          },
        },
        superseded,
      },
    },
    stopping: {
      on: { ...reaping, peer: { actions: sendToPeer } },
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
