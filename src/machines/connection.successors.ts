import { endDuplicates, probeLink, promoteSuccessor, startDialler, startLink, stopLinks } from './connection.links.ts';
import { connectionSetup } from './connection.setup.ts';

/** The other side lost its end: a new link is set up beside the old one and takes its place when it is open. */
export const replacing = connectionSetup.createStateConfig({
  entry: startLink('successor'),
  after: {
    stall: [{ guard: 'epochsLeft', target: 'replacing', reenter: true, actions: 'stumble' }, { target: 'steady' }],
  },
  on: {
    'link.open': {
      guard: 'aboutSuccessor',
      target: 'steady',
      actions: [
        promoteSuccessor,
        { type: 'because', params: { reason: 'replaced' } },
        'noteOpen',
        endDuplicates,
        'report',
      ],
    },
    'link.down': [
      { guard: 'successorFailedWithEpochsLeft', target: 'replacing', reenter: true, actions: 'stumble' },
      { guard: 'aboutSuccessor', target: 'steady' },
    ],
    'remote.lost': [
      { guard: 'successorFailedWithEpochsLeft', target: 'replacing', reenter: true, actions: 'stumble' },
      { guard: 'lostSuccessor', target: 'steady' },
      // That the other side lost the old link is why we are here.
      {},
    ],
    'signalling.closed': [
      { guard: 'behindSuccessor', target: 'steady', actions: 'dropSignalling' },
      { actions: 'dropSignalling' },
    ],
    'signalling.opened': { guard: 'ofThisInstance', actions: 'addSignalling' },
  },
});

/** Another transport stands in: the preferred one is tried beside it, and takes over when it is up. */
export const upgrading = connectionSetup.createStateConfig({
  entry: ['noteUpgrade', startLink('successor', true)],
  after: { upgradeStall: 'steady' },
  on: {
    'link.open': {
      guard: 'aboutSuccessor',
      target: 'steady',
      actions: [
        promoteSuccessor,
        { type: 'because', params: { reason: 'upgraded' } },
        'noteOpen',
        endDuplicates,
        'report',
      ],
    },
    'link.down': { guard: 'aboutSuccessor', target: 'steady' },
    'remote.lost': { guard: 'lostSuccessor', target: 'steady' },
  },
});

/** The network changed, or there is news of the peer: ask the link, then the peer itself, whether all is as it was. */
export const doubted = connectionSetup.createStateConfig({
  entry: [stopLinks('successor'), 'noteDoubt', 'forgetHeard', probeLink],
  initial: 'asking',
  after: { doubt: 'steady' },
  on: {
    'link.heard': { guard: 'aboutLink', target: 'steady' },
    // The peer answers and the link does not: a new one does no harm where the old one lives.
    'signalling.opened': [
      { guard: 'ofThisInstanceAndWeOffer', target: 'replacing', actions: ['addSignalling', 'forgetTries'] },
      // This side's greeting did not vouch for the link: the lower id offers.
      { guard: 'ofThisInstance', target: '.waiting', actions: 'addSignalling' },
    ],
  },
  states: {
    asking: { after: { ask: 'dialling' } },
    dialling: {
      entry: startDialler,
      on: {
        'dial.refused': '#connection.connected.suspect.refused',
        'dial.failed': [
          { guard: 'nothingListens', target: '#connection.connected.suspect.refused', actions: 'noteDialEnd' },
          { target: 'waiting', actions: 'noteDialEnd' },
        ],
      },
    },
    waiting: {},
  },
});
