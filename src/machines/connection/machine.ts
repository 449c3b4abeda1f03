import type { ActorRefFrom, SnapshotFrom } from 'xstate';
import { stopDialer } from './actions/dialer.ts';
import { stopLinks } from './actions/links.ts';
import { sendBye } from './actions/signalling.ts';
import { createContext } from './context.ts';
import { connectionSetup } from './setup.ts';
import { connectedState } from './states/connected/connected.ts';
import { connectingState } from './states/connecting.ts';
import { failedState } from './states/failed.ts';

const closeCodes = {
  disconnect: 'ERR_CLOSED',
  stopping: 'ERR_CLOSED',
  superseded: 'ERR_INSTANCE',
  denied: 'ERR_NOT_ALLOWED',
  evicted: 'ERR_PEER_LIMIT',
} as const;

/**
 * One peer's connection: `new → connecting → connected → failed → closed`. It holds facts and decides; sockets and
 * bytes stay outside, behind the actors and actions that {@link connectionSetup} names. Offers follow the lower-id rule,
 * reconnects the full-jitter back-off of {@link backoffDelay}.
 */
export const connectionMachine = connectionSetup.createMachine({
  id: 'connection',
  context: ({ input }) => createContext(input),
  initial: 'new',
  on: {
    close: {
      target: '.closed',
      actions: [
        {
          type: 'setReason',
          params: ({ event: { reason } }) => ({ reason, code: closeCodes[reason] }),
        },
        sendBye,
      ],
    },
    abandon: {
      guard: 'isOnlyRequested',
      target: '.closed',
      actions: [{ type: 'setReason', params: { reason: 'abandoned', code: 'ERR_ABORTED' } }, sendBye],
    },
    'remote.abandoned': {
      guard: 'isWithoutDemand',
      target: '.closed',
      actions: [{ type: 'setReason', params: { reason: 'remote-abandoned', code: 'ERR_CLOSED' } }, sendBye],
    },
    // What no state has another use for.
    hint: { guard: 'isUsefulHint', actions: ['addDemand', 'noteAnnounced', 'noteNews'] },
    'remote.bye': {
      guard: 'isFromCurrentIncarnation',
      target: '.closed',
      actions: [
        {
          type: 'setReason',
          params: ({ event }) => ({
            reason: event.reason === 'stopping' ? 'remote-stopping' : 'remote-disconnect',
            code: 'ERR_CLOSED',
          }),
        },
        sendBye,
      ],
    },
    // A dial that another session has made needless.
    'dial.failed': { actions: 'noteDialEnd' },
    // An actor that broke has been reported by the node that provides it; unhandled, its error would end this one.
    'xstate.error.actor.*': {},
  },
  states: {
    new: {
      entry: 'report',
      on: {
        connect: [
          {
            guard: 'isExplicit',
            target: 'connecting',
            actions: ['addDemand', 'noteExplicit', { type: 'setReason', params: { reason: 'requested' } }],
          },
          { target: 'connecting', actions: ['addDemand', { type: 'setReason', params: { reason: 'announced' } }] },
        ],
        'signalling.opened': {
          target: 'connecting',
          actions: ['addSignalling', { type: 'setReason', params: { reason: 'session' } }],
        },
      },
    },
    connecting: connectingState,
    connected: connectedState,
    failed: failedState,
    closed: {
      type: 'final',
      entry: [
        stopLinks('link', 'replacement'),
        stopDialer,
        { type: 'setState', params: { state: 'closed' } },
        'report',
      ],
    },
  },
  output: ({ context }) => ({ id: context.id, reason: context.reason, incarnation: context.peer.incarnation }),
});

export type ConnectionActorRef = ActorRefFrom<typeof connectionMachine>;

export type ConnectionSnapshot = SnapshotFrom<typeof connectionMachine>;
