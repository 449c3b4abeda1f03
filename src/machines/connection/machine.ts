import type { ActorRefFrom, SnapshotFrom } from 'xstate';
import { connectedState } from './connected.ts';
import { connectingState } from './connecting.ts';
import { dropSignalling, renewDialer, sayFarewell, stopDialer, stopLinks } from './link-actions.ts';
import { connectionSetup } from './setup.ts';

const failedState = connectionSetup.createStateConfig({
  // The plan depends on the state that was left.
  entry: [stopLinks('link', 'successor'), 'planRetry', { type: 'enter', params: { state: 'failed' } }, 'report'],
  initial: 'waiting',
  on: {
    connect: {
      target: '#connection.connecting',
      actions: ['noteWish', 'noteExplicit', renewDialer, { type: 'because', params: { reason: 'requested' } }],
    },
    'signalling.opened': {
      target: '#connection.connecting',
      actions: ['addSignalling', { type: 'because', params: { reason: 'session' } }],
    },
    'signalling.closed': { actions: dropSignalling },
    offer: {
      guard: 'freshOffer',
      target: '#connection.connecting',
      actions: ['keepOffer', { type: 'because', params: { reason: 'session' } }],
    },
    hint: [
      {
        guard: 'takesHint',
        target: '#connection.connecting',
        actions: [
          'noteWish',
          'noteAnnounced',
          'noteHint',
          renewDialer,
          { type: 'because', params: { reason: 'hint' } },
        ],
      },
      { guard: 'isOfUse', actions: ['noteWish', 'noteAnnounced'] },
    ],
  },
  states: {
    waiting: {
      always: { guard: 'givesUp', target: 'gaveUp' },
      after: {
        backoff: { target: '#connection.connecting', actions: { type: 'because', params: { reason: 'retry' } } },
      },
    },
    /** Waits for a reason to try again. */
    gaveUp: {},
  },
});

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
  context: ({ input }) => ({
    id: input.id,
    offers: input.ownId < input.id,
    policy: input.policy,
    oracle: input.oracle,
    transports: input.transports,
    source: input.source ?? null,
    state: 'new',
    reason: input.reason,
    code: null,
    wishes: [],
    signalling: [],
    link: null,
    successor: null,
    offer: null,
    links: 0,
    epoch: 0,
    linkedTo: null,
    tries: 0,
    declined: [],
    upgrades: 0,
    upgradeInMs: 0,
    loss: null,
    falls: 0,
    openedAt: null,
    stable: false,
    restarts: 0,
    attempt: 0,
    explicit: false,
    dialing: false,
    headStartMs: 0,
    retryInMs: 0,
    news: null,
    redials: 0,
    next: null,
    failingSince: null,
    upUntil: null,
    upMs: 0,
    hintAt: null,
    announcedAt: null,
    heard: false,
    instance: null,
  }),
  initial: 'new',
  on: {
    close: {
      target: '.closed',
      actions: [
        {
          type: 'because',
          params: ({ event: { reason } }) => ({ reason, code: closeCodes[reason] }),
        },
        sayFarewell,
      ],
    },
    abandon: {
      guard: 'onlyAsked',
      target: '.closed',
      actions: [{ type: 'because', params: { reason: 'abandoned', code: 'ERR_ABORTED' } }, sayFarewell],
    },
    'remote.abandoned': {
      guard: 'nobodyWants',
      target: '.closed',
      actions: [{ type: 'because', params: { reason: 'remote-abandoned', code: 'ERR_CLOSED' } }, sayFarewell],
    },
    // What no state has another use for.
    hint: { guard: 'isOfUse', actions: ['noteWish', 'noteAnnounced', 'noteNews'] },
    'remote.bye': {
      guard: 'fromThisInstance',
      target: '.closed',
      actions: [
        {
          type: 'because',
          params: ({ event }) => ({
            reason: event.reason === 'stopping' ? 'remote-stopping' : 'remote-disconnect',
            code: 'ERR_CLOSED',
          }),
        },
        sayFarewell,
      ],
    },
    // A dial that another session has made needless.
    'dial.failed': { actions: 'noteDialEnd' },
    // An actor that broke has been reported by whoever provides it; unhandled, its error would end this one.
    'xstate.error.actor.*': {},
  },
  states: {
    new: {
      entry: 'report',
      on: {
        connect: [
          {
            guard: 'asksAtOnce',
            target: 'connecting',
            actions: ['noteWish', 'noteExplicit', { type: 'because', params: { reason: 'requested' } }],
          },
          { target: 'connecting', actions: ['noteWish', { type: 'because', params: { reason: 'announced' } }] },
        ],
        'signalling.opened': {
          target: 'connecting',
          actions: ['addSignalling', { type: 'because', params: { reason: 'session' } }],
        },
      },
    },
    connecting: connectingState,
    connected: connectedState,
    failed: failedState,
    closed: {
      type: 'final',
      entry: [stopLinks('link', 'successor'), stopDialer, { type: 'enter', params: { state: 'closed' } }, 'report'],
    },
  },
  output: ({ context }) => ({ id: context.id, reason: context.reason, instance: context.instance }),
});

export type ConnectionActorRef = ActorRefFrom<typeof connectionMachine>;
export type ConnectionSnapshot = SnapshotFrom<typeof connectionMachine>;
