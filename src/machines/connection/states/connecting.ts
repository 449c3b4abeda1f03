import { startDialer, stopDialer } from '../actions/dialer.ts';
import { startLink } from '../actions/links.ts';
import { dropSignalling, endAttempt } from '../actions/signalling.ts';
import { connectionSetup } from '../setup.ts';

/** Reach and authenticate the peer. The lower id, and a side whose program asked, dial at once; others after a head start. */
const reaching = connectionSetup.createStateConfig({
  always: { guard: 'hasSignalling', target: 'linking' },
  initial: 'holding',
  on: {
    'dial.failed': [
      {
        guard: 'isDenied',
        target: '#connection.failed',
        actions: [
          'noteDialEnd',
          { type: 'setReason', params: ({ event }) => ({ reason: 'denied', code: event.code }) },
        ],
      },
      {
        target: '#connection.failed',
        actions: [
          'noteDialEnd',
          { type: 'setReason', params: ({ event }) => ({ reason: 'unreachable', code: event.code }) },
        ],
      },
    ],
  },
  states: {
    holding: {
      always: { guard: 'isFirstToDial', target: 'queued' },
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
          actions: [{ type: 'setReason', params: { reason: 'timeout', code: 'ERR_TIMEOUT' } }, endAttempt, stopDialer],
        },
      },
    },
  },
});

/**
 * Negotiate a link and open it. The lower id begins a new generation each time it comes here; the higher one waits for the
 * offer, or takes the one that is there already.
 */
const linking = connectionSetup.createStateConfig({
  entry: startLink('link'),
  initial: 'negotiating',
  after: {
    stall: [
      { guard: 'hasLinksLeft', target: 'linking', reenter: true },
      {
        guard: 'isOfferer',
        target: '#connection.failed',
        actions: [{ type: 'setReason', params: { reason: 'stalled', code: 'ERR_TIMEOUT' } }, endAttempt, stopDialer],
      },
      {
        target: '#connection.failed',
        actions: [{ type: 'setReason', params: { reason: 'timeout', code: 'ERR_TIMEOUT' } }, endAttempt, stopDialer],
      },
    ],
  },
  on: {
    'link.open': {
      guard: 'isAboutLink',
      target: '#connection.connected',
      actions: { type: 'setReason', params: { reason: 'opened' } },
    },
    'link.down': [
      {
        guard: 'hasLastLinkFailed',
        target: '#connection.failed',
        actions: [{ type: 'setReason', params: ({ event }) => ({ reason: 'stalled', code: event.code }) }, endAttempt],
      },
      { guard: 'isAboutLink', target: 'linking', reenter: true, actions: 'noteDeclined' },
    ],
    'remote.lost': [
      {
        guard: 'hasLastLinkFailed',
        target: '#connection.failed',
        actions: [{ type: 'setReason', params: { reason: 'stalled' } }, endAttempt],
      },
      { guard: 'isLossOfLink', target: 'linking', reenter: true, actions: 'noteDeclined' },
    ],
    offer: { guard: 'isFreshOffer', target: 'linking', reenter: true, actions: 'keepOffer' },
    'signalling.opened': [
      { guard: 'isNewerIncarnation', target: 'linking', reenter: true, actions: 'addSignalling' },
      { actions: 'addSignalling' },
    ],
    'signalling.closed': [
      {
        guard: 'isSuperseded',
        target: '#connection.failed',
        actions: ['setReasonSuperseded', dropSignalling],
      },
      {
        guard: 'isRefused',
        target: '#connection.failed',
        actions: [{ type: 'setReason', params: { reason: 'denied', code: 'ERR_PEER_LIMIT' } }, dropSignalling],
      },
      {
        guard: 'isLastSignalling',
        target: '#connection.failed',
        actions: [
          { type: 'setReason', params: { reason: 'signalling-lost', code: 'ERR_SIGNALLING' } },
          'noteFault',
          dropSignalling,
        ],
      },
      { guard: 'isSignallingOfLink', target: 'linking', reenter: true, actions: dropSignalling },
      { actions: dropSignalling },
    ],
  },
  states: {
    negotiating: { on: { 'link.negotiated': { guard: 'isAboutLink', target: 'opening' } } },
    opening: {},
  },
});

export const connectingState = connectionSetup.createStateConfig({
  entry: [{ type: 'setState', params: { state: 'connecting' } }, 'beginAttempt', 'report'],
  initial: 'reaching',
  on: {
    connect: { actions: ['addDemand', 'noteExplicit'] },
    'signalling.opened': { actions: 'addSignalling' },
    'signalling.closed': { actions: dropSignalling },
    'xstate.error.actor.*': {
      target: '#connection.failed',
      actions: [{ type: 'setReason', params: { reason: 'link-lost', code: 'ERR_INTERNAL' } }, endAttempt, stopDialer],
    },
  },
  states: { reaching, linking },
});
