import { renewDialer } from '../actions/dialer.ts';
import { stopLinks } from '../actions/links.ts';
import { dropSignalling } from '../actions/signalling.ts';
import { connectionSetup } from '../setup.ts';

export const failedState = connectionSetup.createStateConfig({
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
