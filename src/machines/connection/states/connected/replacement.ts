import { offerFallback, startLink, stopLinks, switchToReplacement } from '../../actions/links.ts';
import { dropSignalling, endAttempt, endDuplicates, endSuperseded } from '../../actions/signalling.ts';
import { connectionSetup } from '../../setup.ts';

/** The replacement is open: it takes the place of the link. */
export const switchover = ['setReasonOfReplacement', switchToReplacement, 'noteOpen', endDuplicates, 'report'] as const;

/** A link is set up beside one that the other side lost, or that may be lost. */
export const replacing = connectionSetup.createStateConfig({
  always: { guard: 'hasNoReplacement', target: 'steady' },
  after: {
    // The answerer has no clock for it: its end goes with that of the offerer, or with the session.
    stall: [
      { guard: 'hasLinksLeft', target: 'replacing', reenter: true, actions: startLink('replacement') },
      { guard: 'isOfferer', actions: stopLinks('replacement') },
    ],
  },
  on: {
    'link.down': {
      guard: 'hasReplacementFailedWithLinksLeft',
      target: 'replacing',
      reenter: true,
      actions: ['noteDeclined', startLink('replacement')],
    },
    'remote.lost': [
      {
        guard: 'hasReplacementFailedWithLinksLeft',
        target: 'replacing',
        reenter: true,
        actions: ['noteDeclined', startLink('replacement')],
      },
      { guard: 'isLossOfReplacement', actions: stopLinks('replacement') },
      // That the other side lost the old link is why we are here.
      {},
    ],
  },
});

/**
 * The preferred transport is brought up beside the link. Nothing ends that but its own end, that of its session, and the
 * offerer's patience: a link in doubt, or one that falls silent, is another matter.
 */
export const upgrading = connectionSetup.createStateConfig({
  always: { guard: 'hasNoReplacement', target: 'steady' },
  on: {
    'link.silent': { guard: 'isAboutLink', target: '#connection.connected.suspect.silent' },
    hint: { guard: 'isReasonToVerify', target: 'verifying', actions: 'addDemand' },
  },
});

/** The link ended and its session lives: one over the session takes its place, or the connection has failed. */
export const fallback = connectionSetup.createStateConfig({
  entry: offerFallback,
  after: {
    fallback: [
      { guard: 'isSilentLoss', target: '#connection.failed', actions: ['setReasonOfLoss', endAttempt] },
      { target: '#connection.failed', actions: 'setReasonOfLoss' },
    ],
  },
  on: {
    'link.down': [
      { guard: 'hasOfferFailed', target: '#connection.failed', actions: 'setReasonOfLoss' },
      { guard: 'isAboutReplacement', actions: stopLinks('replacement') },
      {},
    ],
    'remote.lost': [
      { guard: 'hasOfferFailed', target: '#connection.failed', actions: 'setReasonOfLoss' },
      { guard: 'isLossOfReplacement', actions: stopLinks('replacement') },
      {},
    ],
    offer: { guard: 'isFreshOfferOfIncarnation', actions: ['keepOffer', startLink('replacement')] },
    'signalling.opened': [
      {
        guard: 'isNewerIncarnation',
        target: '#connection.failed',
        actions: ['addSignalling', { type: 'setReason', params: { reason: 'restarted' } }, endSuperseded],
      },
      { actions: 'addSignalling' },
    ],
    'signalling.closed': [
      { guard: 'isLastOfIncarnation', target: '#connection.failed', actions: ['setReasonOfLoss', dropSignalling] },
      { guard: 'isSignallingOfOffer', actions: [dropSignalling, startLink('replacement')] },
      { actions: dropSignalling },
    ],
  },
});
