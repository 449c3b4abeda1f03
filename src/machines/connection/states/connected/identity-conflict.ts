import { probeLink, startLink } from '../../actions/links.ts';
import { endOtherIncarnations, endSuperseded } from '../../actions/signalling.ts';
import { connectionSetup } from '../../setup.ts';
import { switchover } from './replacement.ts';

/** An older copy of the device claims to be this peer: the link has a short time to show that it lives. */
export const identityConflict = connectionSetup.createStateConfig({
  entry: ['forgetHeard', probeLink],
  after: {
    identityConflict: {
      target: '#connection.failed',
      actions: [{ type: 'setReason', params: { reason: 'contested', code: 'ERR_INSTANCE' } }, endSuperseded],
    },
  },
  on: {
    'link.heard': { guard: 'isAboutLink', target: 'steady', actions: endOtherIncarnations },
    'link.open': { guard: 'isAboutReplacement', target: 'steady', actions: [...switchover, endOtherIncarnations] },
    offer: [
      { guard: 'isFreshOfferOfIncarnation', actions: ['keepOffer', startLink('replacement')] },
      // It is not made again: it is taken where the contestant is the peer.
      { guard: 'isOfferOfOtherIncarnation', actions: 'keepOffer' },
    ],
  },
});
