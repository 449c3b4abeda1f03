import { renewDialer } from '../actions/dialer.ts';
import { stopLinks } from '../actions/links.ts';
import { dropSignalling } from '../actions/signalling.ts';
import { connectionSetup } from '../setup.ts';

export const failedState = connectionSetup.createStateConfig({
  // The plan depends on the state that was left.
  entry: [stopLinks('link', 'replacement'), 'planRetry', { type: 'setState', params: { state: 'failed' } }, 'report'],
  initial: 'waiting',
  on: {
    connect: {
      target: '#connection.connecting',
      actions: ['addDemand', 'noteExplicit', renewDialer, { type: 'setReason', params: { reason: 'requested' } }],
    },
    'signalling.opened': {
      target: '#connection.connecting',
      actions: ['addSignalling', { type: 'setReason', params: { reason: 'session' } }],
    },
    'signalling.closed': { actions: dropSignalling },
    offer: {
      guard: 'isFreshOffer',
      target: '#connection.connecting',
      actions: ['keepOffer', { type: 'setReason', params: { reason: 'session' } }],
    },
    hint: [
      {
        guard: 'isRetryHintAccepted',
        target: '#connection.connecting',
        actions: [
          'addDemand',
          'noteAnnounced',
          'noteHint',
          renewDialer,
          { type: 'setReason', params: { reason: 'hint' } },
        ],
      },
      { guard: 'isUsefulHint', actions: ['addDemand', 'noteAnnounced'] },
    ],
  },
  states: {
    waiting: {
      always: { guard: 'hasGivenUp', target: 'gaveUp' },
      after: {
        backoff: { target: '#connection.connecting', actions: { type: 'setReason', params: { reason: 'retry' } } },
      },
    },
    /** Waits for a reason to try again. */
    gaveUp: {},
  },
});
