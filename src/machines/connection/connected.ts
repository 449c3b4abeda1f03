import {
  adoptSignalling,
  dropSignalling,
  endAttempt,
  endContestants,
  endDuplicates,
  endSuperseded,
  probeLink,
  startDialer,
  startFallback,
  startLink,
  stopDialer,
  stopLinks,
} from './link-actions.ts';
import { connectionSetup } from './setup.ts';
import { doubted, fallback, replacing, succeed, upgrading } from './successor-states.ts';

/** The link or its signalling gives no sign of life: find out which of the two it is, and say so soon. */
const suspect = connectionSetup.createStateConfig({
  initial: 'redialing',
  states: {
    /** Signalling broke without a bye: whoever is alive can be dialed. */
    redialing: {
      entry: ['forgetHeard', probeLink, startDialer],
      on: {
        'link.heard': { guard: 'aboutLink', actions: 'noteHeard' },
        'dial.refused': { guard: 'wasNotHeard', target: 'refused' },
        'dial.failed': [
          { guard: 'wasHeard', target: '#connection.connected.steady', actions: ['noteDialEnd', 'noteRedial'] },
          { guard: 'nothingListens', target: 'refused', actions: 'noteDialEnd' },
          { target: 'unanswered', actions: 'noteDialEnd' },
        ],
      },
    },
    /** Nothing listens there any more; a link that stays silent now has no process at its other end. */
    refused: {
      after: {
        gone: {
          target: '#connection.failed',
          actions: { type: 'because', params: { reason: 'gone', code: 'ERR_REFUSED' } },
        },
      },
      on: { 'link.heard': { guard: 'aboutLink', target: '#connection.connected.steady' } },
    },
    /** Perhaps the process was just ending: whether anything listens there shows a moment later. */
    unanswered: {
      after: { again: 'redialing' },
      on: { 'link.heard': { guard: 'aboutLink', target: '#connection.connected.steady' } },
    },
    /** The link is silent while its signalling seems whole: which is tried; the link's own time limit decides. */
    silent: {
      entry: startFallback,
      on: {
        'link.heard': { guard: 'aboutLink', target: '#connection.connected.steady' },
        hint: { guard: 'isDoubtful', target: '#connection.connected.doubted', actions: 'noteWish' },
      },
    },
  },
});

/** An older copy of the device claims to be this peer: the link has a short time to show that it lives. */
const contested = connectionSetup.createStateConfig({
  entry: ['forgetHeard', probeLink],
  after: {
    contest: {
      target: '#connection.failed',
      actions: [{ type: 'because', params: { reason: 'contested', code: 'ERR_INSTANCE' } }, endSuperseded],
    },
  },
  on: {
    'link.heard': { guard: 'aboutLink', target: 'steady', actions: endContestants },
    'link.open': { guard: 'aboutSuccessor', target: 'steady', actions: [...succeed, endContestants] },
    offer: [
      { guard: 'freshOfferOfInstance', actions: ['keepOffer', startLink('successor')] },
      // It is not made again: it is taken where the contestant is the peer.
      { guard: 'ofContestant', actions: 'keepOffer' },
    ],
  },
});

export const connectedState = connectionSetup.createStateConfig({
  entry: [
    stopDialer,
    { type: 'enter', params: { state: 'connected' } },
    'noteOpen',
    'forgetUpgrades',
    endDuplicates,
    'report',
  ],
  initial: 'steady',
  after: { stable: { actions: 'noteStable' } },
  on: {
    'link.open': { guard: 'aboutSuccessor', target: '.steady', actions: [...succeed] },
    'link.down': [
      { guard: 'aboutSuccessor', actions: stopLinks('successor') },
      { guard: 'fallsBack', target: '.fallback', actions: 'noteLoss' },
      {
        guard: 'linkWentSilent',
        target: '#connection.failed',
        actions: [{ type: 'because', params: { reason: 'silent', code: 'ERR_TIMEOUT' } }, endAttempt],
      },
      {
        guard: 'aboutLink',
        target: '#connection.failed',
        actions: { type: 'because', params: ({ event }) => ({ reason: 'link-lost', code: event.code }) },
      },
    ],
    'remote.lost': [
      { guard: 'lostSuccessor', actions: stopLinks('successor') },
      { guard: 'fallsBack', target: '.fallback', actions: 'noteLoss' },
      {
        guard: 'lostLink',
        target: '#connection.failed',
        actions: { type: 'because', params: { reason: 'remote-lost' } },
      },
    ],
    'signalling.opened': [
      {
        guard: 'newerInstance',
        target: '#connection.failed',
        actions: ['addSignalling', { type: 'because', params: { reason: 'restarted' } }, endSuperseded],
      },
      { guard: 'olderInstance', target: '.contested', actions: 'addSignalling' },
      { guard: 'holdsSameLink', target: '.steady', actions: ['addSignalling', adoptSignalling, endDuplicates] },
      {
        guard: 'lostItsLinkAndWeOffer',
        target: '.replacing',
        actions: ['addSignalling', 'forgetTries', startLink('successor')],
      },
      // The lower id offers on it.
      { guard: 'lostItsLink', actions: 'addSignalling' },
      { actions: ['addSignalling', 'standIn', endDuplicates] },
    ],
    'signalling.closed': [
      {
        guard: 'wasSupersededBehindLink',
        target: '#connection.failed',
        actions: ['becauseSuperseded', dropSignalling],
      },
      { guard: 'fallsBack', target: '.fallback', actions: ['noteLoss', dropSignalling] },
      {
        guard: 'carriedLink',
        target: '#connection.failed',
        actions: [
          { type: 'because', params: { reason: 'link-lost', code: 'ERR_SIGNALLING' } },
          'noteFault',
          dropSignalling,
        ],
      },
      { guard: 'breaksLink', target: '.suspect', actions: [dropSignalling, 'forgetRedials'] },
      { actions: dropSignalling },
    ],
    // Which of the states below it leads to the two transports tell.
    offer: { guard: 'freshOfferOfInstance', target: '.steady', actions: ['keepOffer', startLink('successor')] },
    'xstate.error.actor.*': {
      target: '#connection.failed',
      actions: [{ type: 'because', params: { reason: 'link-lost', code: 'ERR_INTERNAL' } }, endAttempt, stopDialer],
    },
  },
  states: {
    steady: {
      entry: 'planUpgrade',
      always: [
        { guard: 'isUpgrading', target: 'upgrading' },
        { guard: 'hasSuccessor', target: 'replacing' },
      ],
      after: {
        upgrade: { guard: 'couldUpgrade', target: 'upgrading', actions: ['noteUpgrade', startLink('successor', true)] },
        redial: { guard: 'hasNoSignalling', target: '#connection.connected.suspect.redialing' },
      },
      on: {
        'link.silent': { guard: 'aboutLink', target: '#connection.connected.suspect.silent' },
        hint: { guard: 'isDoubtful', target: 'doubted', actions: 'noteWish' },
      },
    },
    suspect,
    doubted,
    replacing,
    upgrading,
    fallback,
    contested,
  },
});
