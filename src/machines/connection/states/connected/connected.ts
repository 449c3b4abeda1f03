import { stopDialer } from '../../actions/dialer.ts';
import { startLink, stopLinks } from '../../actions/links.ts';
import { adoptSignalling, dropSignalling, endAttempt, endDuplicates, endSuperseded } from '../../actions/signalling.ts';
import { connectionSetup } from '../../setup.ts';
import { identityConflict } from './identity-conflict.ts';
import { fallback, replacing, switchover, upgrading } from './replacement.ts';
import { suspect } from './suspect.ts';
import { verifying } from './verifying.ts';

export const connectedState = connectionSetup.createStateConfig({
  entry: [
    stopDialer,
    { type: 'setState', params: { state: 'connected' } },
    'noteOpen',
    'forgetUpgrades',
    endDuplicates,
    'report',
  ],
  initial: 'steady',
  after: { stable: { actions: 'noteStable' } },
  on: {
    'link.open': { guard: 'isAboutReplacement', target: '.steady', actions: [...switchover] },
    'link.down': [
      { guard: 'isAboutReplacement', actions: stopLinks('replacement') },
      { guard: 'hasFallback', target: '.fallback', actions: 'noteLoss' },
      {
        guard: 'isSilentLink',
        target: '#connection.failed',
        actions: [{ type: 'setReason', params: { reason: 'silent', code: 'ERR_TIMEOUT' } }, endAttempt],
      },
      {
        guard: 'isAboutLink',
        target: '#connection.failed',
        actions: { type: 'setReason', params: ({ event }) => ({ reason: 'link-lost', code: event.code }) },
      },
    ],
    'remote.lost': [
      { guard: 'isLossOfReplacement', actions: stopLinks('replacement') },
      { guard: 'hasFallback', target: '.fallback', actions: 'noteLoss' },
      {
        guard: 'isLossOfLink',
        target: '#connection.failed',
        actions: { type: 'setReason', params: { reason: 'remote-lost' } },
      },
    ],
    'signalling.opened': [
      {
        guard: 'isNewerIncarnation',
        target: '#connection.failed',
        actions: ['addSignalling', { type: 'setReason', params: { reason: 'restarted' } }, endSuperseded],
      },
      { guard: 'isOlderIncarnation', target: '.identityConflict', actions: 'addSignalling' },
      { guard: 'hasSameLink', target: '.steady', actions: ['addSignalling', adoptSignalling, endDuplicates] },
      {
        guard: 'isOffererForLostLink',
        target: '.replacing',
        actions: ['addSignalling', 'resetLinksTried', startLink('replacement')],
      },
      // The lower id offers on it.
      { guard: 'hasLostLink', actions: 'addSignalling' },
      { actions: ['addSignalling', 'setFallbackSignalling', endDuplicates] },
    ],
    'signalling.closed': [
      {
        guard: 'isLinkSuperseded',
        target: '#connection.failed',
        actions: ['setReasonSuperseded', dropSignalling],
      },
      { guard: 'hasFallback', target: '.fallback', actions: ['noteLoss', dropSignalling] },
      {
        guard: 'isCarrierOfLink',
        target: '#connection.failed',
        actions: [
          { type: 'setReason', params: { reason: 'link-lost', code: 'ERR_SIGNALLING' } },
          'noteFault',
          dropSignalling,
        ],
      },
      { guard: 'isLastSignallingOfLink', target: '.suspect', actions: [dropSignalling, 'forgetRedials'] },
      { actions: dropSignalling },
    ],
    // Which of the states below it leads to the two transports tell.
    offer: { guard: 'isFreshOfferOfIncarnation', target: '.steady', actions: ['keepOffer', startLink('replacement')] },
    'xstate.error.actor.*': {
      target: '#connection.failed',
      actions: [{ type: 'setReason', params: { reason: 'link-lost', code: 'ERR_INTERNAL' } }, endAttempt, stopDialer],
    },
  },
  states: {
    steady: {
      entry: 'planUpgrade',
      always: [
        { guard: 'isUpgrading', target: 'upgrading' },
        { guard: 'hasReplacement', target: 'replacing' },
      ],
      after: {
        upgrade: {
          guard: 'isUpgradePossible',
          target: 'upgrading',
          actions: ['noteUpgrade', startLink('replacement', true)],
        },
        redial: { guard: 'hasNoSignalling', target: '#connection.connected.suspect.redialing' },
      },
      on: {
        'link.silent': { guard: 'isAboutLink', target: '#connection.connected.suspect.silent' },
        hint: { guard: 'isReasonToVerify', target: 'verifying', actions: 'addDemand' },
      },
    },
    suspect,
    verifying,
    replacing,
    upgrading,
    fallback,
    identityConflict,
  },
});
