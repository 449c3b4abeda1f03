import { startDialer, stopDialer } from '../actions/dialer.ts';
import { startLink } from '../actions/links.ts';
import { dropSignalling, endAttempt } from '../actions/signalling.ts';
import { connectionSetup } from '../setup.ts';

/** Reach and authenticate the peer: the lower id and whoever was asked to dial at once, the other after a head start. */
const reaching = connectionSetup.createStateConfig({
  always: { guard: 'hasSignalling', target: 'linking' },
  initial: 'holding',
  on: {
    'dial.failed': [
      {
        guard: 'wasDenied',
        target: '#connection.failed',
        actions: ['noteDialEnd', { type: 'because', params: ({ event }) => ({ reason: 'denied', code: event.code }) }],
      },
      {
        target: '#connection.failed',
        actions: [
          'noteDialEnd',
          { type: 'because', params: ({ event }) => ({ reason: 'unreachable', code: event.code }) },
        ],
      },
    ],
  },
  states: {
    holding: {
      always: { guard: 'dialsAtOnce', target: 'queued' },
      after: { headStart: 'queued' },
    },
    /** Behind other dials of this node, for which the peer can do nothing. */
    queued: {
      entry: startDialer,
      // What has not begun is not needed any more.
      always: { guard: 'hasSignalling', target: '#connection.connecting.linking', actions: stopDialer },
      on: { 'dial.begun': 'dialing' },
    },
    dialing: {
      after: {
        dialLimit: {
          target: '#connection.failed',
          actions: [{ type: 'because', params: { reason: 'timeout', code: 'ERR_TIMEOUT' } }, endAttempt, stopDialer],
        },
      },
    },
  },
});

/**
 * Negotiate a link and open it. The lower id begins a new epoch each time it comes here; the higher one waits for the
 * offer, or takes the one that is there already.
 */
const linking = connectionSetup.createStateConfig({
  entry: startLink('link'),
  initial: 'negotiating',
  after: {
    stall: [
      { guard: 'epochsLeft', target: 'linking', reenter: true },
      {
        guard: 'offers',
        target: '#connection.failed',
        actions: [{ type: 'because', params: { reason: 'stalled', code: 'ERR_TIMEOUT' } }, endAttempt, stopDialer],
      },
      {
        target: '#connection.failed',
        actions: [{ type: 'because', params: { reason: 'timeout', code: 'ERR_TIMEOUT' } }, endAttempt, stopDialer],
      },
    ],
  },
  on: {
    'link.open': {
      guard: 'aboutLink',
      target: '#connection.connected',
      actions: { type: 'because', params: { reason: 'opened' } },
    },
    'link.down': [
      {
        guard: 'lastEpochFailed',
        target: '#connection.failed',
        actions: [{ type: 'because', params: ({ event }) => ({ reason: 'stalled', code: event.code }) }, endAttempt],
      },
      { guard: 'aboutLink', target: 'linking', reenter: true, actions: 'noteDeclined' },
    ],
    'remote.lost': [
      {
        guard: 'lastEpochFailed',
        target: '#connection.failed',
        actions: [{ type: 'because', params: { reason: 'stalled' } }, endAttempt],
      },
      { guard: 'lostLink', target: 'linking', reenter: true, actions: 'noteDeclined' },
    ],
    offer: { guard: 'freshOffer', target: 'linking', reenter: true, actions: 'keepOffer' },
    'signalling.opened': [
      { guard: 'newerIncarnation', target: 'linking', reenter: true, actions: 'addSignalling' },
      { actions: 'addSignalling' },
    ],
    'signalling.closed': [
      {
        guard: 'wasSuperseded',
        target: '#connection.failed',
        actions: ['becauseSuperseded', dropSignalling],
      },
      {
        guard: 'wasRefused',
        target: '#connection.failed',
        actions: [{ type: 'because', params: { reason: 'denied', code: 'ERR_PEER_LIMIT' } }, dropSignalling],
      },
      {
        guard: 'isLastSignalling',
        target: '#connection.failed',
        actions: [
          { type: 'because', params: { reason: 'signalling-lost', code: 'ERR_SIGNALLING' } },
          'noteFault',
          dropSignalling,
        ],
      },
      { guard: 'behindLink', target: 'linking', reenter: true, actions: dropSignalling },
      { actions: dropSignalling },
    ],
  },
  states: {
    negotiating: { on: { 'link.negotiated': { guard: 'aboutLink', target: 'opening' } } },
    opening: {},
  },
});

export const connectingState = connectionSetup.createStateConfig({
  entry: [{ type: 'enter', params: { state: 'connecting' } }, 'beginAttempt', 'report'],
  initial: 'reaching',
  on: {
    connect: { actions: ['noteWish', 'noteExplicit'] },
    'signalling.opened': { actions: 'addSignalling' },
    'signalling.closed': { actions: dropSignalling },
    'xstate.error.actor.*': {
      target: '#connection.failed',
      actions: [{ type: 'because', params: { reason: 'link-lost', code: 'ERR_INTERNAL' } }, endAttempt, stopDialer],
    },
  },
  states: { reaching, linking },
});
