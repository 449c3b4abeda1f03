import { startDialer } from '../../actions/dialer.ts';
import { probeLink, startFallback, startLink } from '../../actions/links.ts';
import { connectionSetup } from '../../setup.ts';

/** The network changed, or there is news of the peer: ask the link, then the peer itself, whether all is as it was. */
export const verifying = connectionSetup.createStateConfig({
  entry: ['noteVerification', 'forgetHeard', probeLink],
  initial: 'probing',
  after: { verify: 'steady' },
  on: {
    'link.heard': { guard: 'isAboutLink', target: 'steady' },
    'link.silent': { guard: 'isAboutLink', actions: startFallback },
    // The peer answers and the link does not: a new one does no harm where the old one lives.
    'signalling.opened': [
      {
        guard: 'isOffererForSameIncarnation',
        target: 'replacing',
        actions: ['addSignalling', 'resetLinksTried', startLink('replacement')],
      },
      // This side's greeting did not vouch for the link: the lower id offers.
      { guard: 'isSameIncarnation', target: '.waiting', actions: 'addSignalling' },
    ],
  },
  states: {
    probing: { after: { probe: 'dialing' } },
    dialing: {
      entry: startDialer,
      on: {
        'dial.refused': '#connection.connected.suspect.refused',
        'dial.failed': [
          { guard: 'isConnectionRefused', target: '#connection.connected.suspect.refused', actions: 'noteDialEnd' },
          { target: 'waiting', actions: 'noteDialEnd' },
        ],
      },
    },
    waiting: {},
  },
});
