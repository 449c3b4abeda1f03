import type { PeerEvent } from './events.ts';
import type { Side } from './peer-rig.ts';
import type { PeerModelState } from './states.ts';

/** One event in a state of the model, and all that `connections$` emits then. */
export interface PeerStep {
  readonly from: PeerModelState;
  readonly event: PeerEvent;
  readonly to: PeerModelState;
  /**
   * Changes in order, each `state reason`. Where the two devices race there is more than one reason, `retry|session`, and
   * a change that only may come ends with `?`.
   */
  readonly changes: readonly string[];
  /** The changes come once or more. */
  readonly repeated?: true;
  /** On this side only. */
  readonly side?: Side;
}

const announced = ['new announced', 'connecting announced'];
const requested = ['new requested', 'connecting requested'];
const opened = 'connected opened';
const upgraded = 'connected upgraded';
const again = ['connecting retry|hint|session', opened];

type Row = readonly [event: PeerEvent, to: PeerModelState, changes: readonly string[], more?: Partial<PeerStep>];

const programStops: Row = ['programStops', 'stopped', ['closed stopping']];
const programDenies: Row = ['programDenies', 'finished', ['closed denied']];
const programDisconnectsOrStops: readonly Row[] = [
  ['programDisconnects', 'finished', ['closed disconnect']],
  programStops,
];
const peerDisconnectsOrStops: readonly Row[] = [
  ['peerDisconnects', 'finished', ['closed remote-disconnect']],
  ['peerStops', 'finished', ['closed remote-stopping']],
];
const copySupersedes: Row = ['copyStarts', 'superseded', ['closed superseded']];
const programDisconnectsFromAbsent: readonly Row[] = [
  ['programDisconnects', 'disconnectedWhileAbsent', ['closed disconnect']],
  programStops,
];

const returns: Row = ['peerStartsAgain', 'connected', [...again, upgraded]];
const returnsAfterGivingUp: Row = ['peerStartsAgain', 'connected', ['connecting hint', opened, upgraded]];
const tenMinutes = (to: PeerModelState): Row => [
  'tenMinutesPass',
  to,
  ['connecting retry', 'failed unreachable'],
  { repeated: true },
];

const table: Readonly<Record<PeerModelState, readonly Row[]>> = {
  unknown: [
    ['peerAppears', 'connected', [...announced, opened, upgraded]],
    ['peerAppearsUnannounced', 'unannounced', []],
    ['peerAppearsBehindFirewall', 'overTls', [...announced, opened]],
    ['peerAppearsWithoutTls', 'withoutTls', [...announced, opened]],
    ['peerAppearsWithoutCommonTransport', 'linking', announced],
    ['peerAppearsUnreachable', 'dialing', announced],
    ['peerAppearsAndRefuses', 'denied', [...announced, 'failed denied']],
    ['programConnectsToDeadPort', 'absent', [...requested, 'failed unreachable']],
  ],
  unannounced: [
    ['programConnects', 'connected', [...requested, opened, upgraded]],
    ['peerConnects', 'connected', ['new session', 'connecting session', opened, upgraded]],
  ],
  dialing: [
    ['pathHeals', 'connected', [opened, upgraded]],
    ['timePasses', 'dialing', ['failed unreachable', 'connecting retry|hint']],
    ...programDisconnectsOrStops,
  ],
  linking: [
    ['timePasses', 'noCommonTransport', ['failed stalled'], { side: 'lower' }],
    ['socketsBreak', 'partitioned', ['failed signalling-lost']],
    // The lower id has offered in vain, the higher one waits for another offer.
    ['pathIsCut', 'partitioned', ['failed stalled'], { side: 'lower' }],
    ['pathIsCut', 'partitioned', ['failed timeout'], { side: 'higher' }],
    copySupersedes,
    programDenies,
    ...programDisconnectsOrStops,
    ...peerDisconnectsOrStops,
  ],
  connected: [
    ['linksBreak', 'connected', ['connected fallback', upgraded]],
    ['pathIsCut', 'partitioned', ['failed silent']],
    ['pathIsCutOneWay', 'partitioned', ['failed remote-lost|silent|link-lost']],
    ['pathFlickers', 'connected', []],
    ['peerIsKilled', 'killed', ['failed gone']],
    ['peerCrashesAndRestarts', 'connected', ['failed restarted', ...again, upgraded]],
    [
      'peerIsRestored',
      'connected',
      ['failed contested', ...again, 'connected replaced|upgraded?', 'connected upgraded?'],
    ],
    ['peerMoves', 'overTls', ['connected fallback']],
    ['programDisconnects', 'disconnected', ['closed disconnect']],
    ['peerDisconnects', 'disconnected', ['closed remote-disconnect']],
    ['peerStops', 'peerStopped', ['closed remote-stopping']],
    ['copyStartsUnreachable', 'rejectedForCopy', ['failed superseded']],
    copySupersedes,
    programDenies,
    programStops,
  ],
  overTls: [['pathHeals', 'connected', [upgraded]]],
  withoutTls: [
    ['linksBreak', 'broken', ['failed link-lost'], { side: 'lower' }],
    // It may be offered one over TLS, and waits for it.
    ['linksBreak', 'withoutTls', ['connected replaced'], { side: 'higher' }],
    ['peerMovesBriefly', 'withoutTls', ['connected replaced']],
  ],
  broken: [
    ['timePasses', 'withoutTls', ['connecting retry', opened]],
    ['programConnects', 'withoutTls', ['connecting requested', opened]],
    ...programDisconnectsOrStops,
    ...peerDisconnectsOrStops,
  ],
  partitioned: [
    ['pathHeals', 'connected', [...again, 'connected upgraded?']],
    programDenies,
    ...programDisconnectsOrStops,
  ],
  absent: [returns, tenMinutes('gaveUp'), ...programDisconnectsFromAbsent],
  killed: [
    returns,
    ['peerStartsAgainUnannounced', 'connected', [...again, upgraded]],
    tenMinutes('gaveUpKilled'),
    ...programDisconnectsFromAbsent,
  ],
  denied: [copySupersedes, ...programDisconnectsOrStops],
  noCommonTransport: programDisconnectsOrStops,
  gaveUp: [
    returnsAfterGivingUp,
    ['peerStartsAgainUnannounced', 'connected', ['connecting session', opened, upgraded]],
    ['programConnects', 'gaveUp', ['connecting requested', 'failed unreachable']],
    ...programDisconnectsFromAbsent,
  ],
  gaveUpKilled: [returnsAfterGivingUp],
  disconnected: [
    ['peerIsAnnounced', 'disconnected', []],
    ['programConnects', 'connected', [...requested, opened, upgraded]],
    ['peerConnects', 'connected', ['new session', 'connecting session', opened, upgraded]],
  ],
  peerStopped: [['peerStartsAgain', 'connected', [...announced, opened, upgraded]]],
  // A new run of the peer knows nothing of the disconnect, and connects.
  disconnectedWhileAbsent: [['peerStartsAgain', 'connected', ['new session', 'connecting session', opened, upgraded]]],
  rejectedForCopy: [
    ['timePasses', 'rejectedForCopy', ['connecting retry', 'failed superseded']],
    ...programDisconnectsOrStops,
  ],
  superseded: [['copyStops', 'connected', ['new announced|session', 'connecting announced|session', opened, upgraded]]],
  finished: [],
  stopped: [],
};

/** All steps, for a node with the lower or the higher id. */
export function stepsOf(side: Side): readonly PeerStep[] {
  return Object.entries(table)
    .flatMap(([from, rows]) =>
      rows.map(
        ([event, to, changes, more]): PeerStep => ({ from: from as PeerModelState, event, to, changes, ...more }),
      ),
    )
    .filter((step) => step.side === undefined || step.side === side);
}
