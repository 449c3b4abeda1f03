import { stopDialer } from '../actions/dialer.ts';
import { startLink, stopLinks } from '../actions/links.ts';
import { adoptSignalling, dropSignalling, endAttempt, endDuplicates, endSuperseded } from '../actions/signalling.ts';
import { connectionSetup } from '../setup.ts';
import { contested } from './contested.ts';
import { doubted } from './doubted.ts';
import { fallback, replacing, succeed, upgrading } from './succession.ts';
import { suspect } from './suspect.ts';

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
        guard: 'newerIncarnation',
        target: '#connection.failed',
        actions: ['addSignalling', { type: 'because', params: { reason: 'restarted' } }, endSuperseded],
      },
      { guard: 'olderIncarnation', target: '.contested', actions: 'addSignalling' },
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
    offer: { guard: 'freshOfferOfIncarnation', target: '.steady', actions: ['keepOffer', startLink('successor')] },
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
