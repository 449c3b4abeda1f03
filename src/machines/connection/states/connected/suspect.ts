import { startDialer } from '../../actions/dialer.ts';
import { probeLink, startFallback } from '../../actions/links.ts';
import { connectionSetup } from '../../setup.ts';

/** The link or its signalling gives no sign of life: find out which of the two it is, and say so soon. */
export const suspect = connectionSetup.createStateConfig({
  initial: 'redialing',
  states: {
    /** Signalling broke without a bye: a peer that is alive can be dialed. */
    redialing: {
      entry: ['forgetHeard', probeLink, startDialer],
      on: {
        'link.heard': { guard: 'isAboutLink', actions: 'noteHeard' },
        'dial.refused': { guard: 'hasNotBeenHeard', target: 'refused' },
        'dial.failed': [
          { guard: 'hasBeenHeard', target: '#connection.connected.steady', actions: ['noteDialEnd', 'noteRedial'] },
          { guard: 'isConnectionRefused', target: 'refused', actions: 'noteDialEnd' },
          { target: 'unanswered', actions: 'noteDialEnd' },
        ],
      },
    },
    /** Nothing listens there any more; a link that stays silent now has no process at its other end. */
    refused: {
      after: {
        gone: {
          target: '#connection.failed',
          actions: { type: 'setReason', params: { reason: 'gone', code: 'ERR_REFUSED' } },
        },
      },
      on: { 'link.heard': { guard: 'isAboutLink', target: '#connection.connected.steady' } },
    },
    /** Perhaps the process was just ending: whether anything listens there shows a moment later. */
    unanswered: {
      after: { again: 'redialing' },
      on: { 'link.heard': { guard: 'isAboutLink', target: '#connection.connected.steady' } },
    },
    /** The link is silent while its signalling seems whole: which is tried; the link's own time limit decides. */
    silent: {
      entry: startFallback,
      on: {
        'link.heard': { guard: 'isAboutLink', target: '#connection.connected.steady' },
        hint: { guard: 'isReasonToVerify', target: '#connection.connected.verifying', actions: 'addDemand' },
      },
    },
  },
});
