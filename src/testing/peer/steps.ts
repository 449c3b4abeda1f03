import type { PeerEvent } from './happenings.ts';
import type { PeerSituation } from './situations.ts';
import type { Side } from './world.ts';

/** One thing that happens in a situation, and all that `connections$` says then. */
export interface PeerStep {
  readonly from: PeerSituation;
  readonly event: PeerEvent;
  readonly to: PeerSituation;
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

type Row = readonly [event: PeerEvent, to: PeerSituation, changes: readonly string[], more?: Partial<PeerStep>];

const programStops: Row = ['programStops', 'stopped', ['closed stopping']];
const programDenies: Row = ['programDenies', 'ended', ['closed denied']];
const programLeaves: readonly Row[] = [['programDisconnects', 'ended', ['closed disconnect']], programStops];
const peerLeaves: readonly Row[] = [
  ['peerDisconnects', 'ended', ['closed remote-disconnect']],
  ['peerStops', 'ended', ['closed remote-stopping']],
];
const copyTakesOver: Row = ['copyStarts', 'superseded', ['closed superseded']];
const programForgets: readonly Row[] = [['programDisconnects', 'forgotten', ['closed disconnect']], programStops];

const comesBack: Row = ['peerStartsAgain', 'connected', [...again, upgraded]];
const comesBackLate: Row = ['peerStartsAgain', 'connected', ['connecting hint', opened, upgraded]];
const tenMinutes = (to: PeerSituation): Row => [
  'tenMinutesPass',
  to,
  ['connecting retry', 'failed unreachable'],
  { repeated: true },
];

const table: Readonly<Record<PeerSituation, readonly Row[]>> = {
  unknown: [
    ['peerAppears', 'connected', [...announced, opened, upgraded]],
    ['peerAppearsQuietly', 'quiet', []],
    ['peerAppearsBehindFirewall', 'overTls', [...announced, opened]],
    ['peerAppearsWithoutTls', 'withoutTls', [...announced, opened]],
    ['peerAppearsUnfit', 'linking', announced],
    ['peerAppearsUnreachable', 'dialing', announced],
    ['peerAppearsAndRefuses', 'denied', [...announced, 'failed denied']],
    ['programConnectsInVain', 'absent', [...requested, 'failed unreachable']],
  ],
  quiet: [
    ['programConnects', 'connected', [...requested, opened, upgraded]],
    ['peerConnects', 'connected', ['new session', 'connecting session', opened, upgraded]],
  ],
  dialing: [
    ['pathHeals', 'connected', [opened, upgraded]],
    ['timePasses', 'dialing', ['failed unreachable', 'connecting retry|hint']],
    ...programLeaves,
  ],
  linking: [
    ['timePasses', 'unfit', ['failed stalled'], { side: 'lower' }],
    ['socketsBreak', 'cutOff', ['failed signalling-lost']],
    // The lower id has offered in vain, the higher one waits for another offer.
    ['pathIsCut', 'cutOff', ['failed stalled'], { side: 'lower' }],
    ['pathIsCut', 'cutOff', ['failed timeout'], { side: 'higher' }],
    copyTakesOver,
    programDenies,
    ...programLeaves,
    ...peerLeaves,
  ],
  connected: [
    ['linksBreak', 'connected', ['connected fallback', upgraded]],
    ['pathIsCut', 'cutOff', ['failed silent']],
    ['pathIsCutOneWay', 'cutOff', ['failed remote-lost|silent|link-lost']],
    ['pathFlickers', 'connected', []],
    ['peerIsKilled', 'killed', ['failed gone']],
    ['peerCrashesAndRestarts', 'connected', ['failed restarted', ...again, upgraded]],
    [
      'peerIsRestored',
      'connected',
      ['failed contested', ...again, 'connected replaced|upgraded?', 'connected upgraded?'],
    ],
    ['peerMoves', 'overTls', ['connected fallback']],
    ['programDisconnects', 'parted', ['closed disconnect']],
    ['peerDisconnects', 'parted', ['closed remote-disconnect']],
    ['peerStops', 'departed', ['closed remote-stopping']],
    ['copyStartsUnheard', 'turnedAway', ['failed superseded']],
    copyTakesOver,
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
    ...programLeaves,
    ...peerLeaves,
  ],
  cutOff: [['pathHeals', 'connected', [...again, 'connected upgraded?']], programDenies, ...programLeaves],
  absent: [comesBack, tenMinutes('gaveUp'), ...programForgets],
  killed: [
    comesBack,
    ['peerStartsAgainQuietly', 'connected', [...again, upgraded]],
    tenMinutes('gaveUpKilled'),
    ...programForgets,
  ],
  denied: [copyTakesOver, ...programLeaves],
  unfit: programLeaves,
  gaveUp: [
    comesBackLate,
    ['peerStartsAgainQuietly', 'connected', ['connecting session', opened, upgraded]],
    ['programConnects', 'gaveUp', ['connecting requested', 'failed unreachable']],
    ...programForgets,
  ],
  gaveUpKilled: [comesBackLate],
  parted: [
    ['peerIsAnnounced', 'parted', []],
    ['programConnects', 'connected', [...requested, opened, upgraded]],
    ['peerConnects', 'connected', ['new session', 'connecting session', opened, upgraded]],
  ],
  departed: [['peerStartsAgain', 'connected', [...announced, opened, upgraded]]],
  // A new run of the peer knows nothing of the disconnect, and connects.
  forgotten: [['peerStartsAgain', 'connected', ['new session', 'connecting session', opened, upgraded]]],
  turnedAway: [['timePasses', 'turnedAway', ['connecting retry', 'failed superseded']], ...programLeaves],
  superseded: [['copyStops', 'connected', ['new announced|session', 'connecting announced|session', opened, upgraded]]],
  ended: [],
  stopped: [],
};

/** Everything that can happen, for a node with the lower or the higher id. */
export function stepsOf(side: Side): readonly PeerStep[] {
  return Object.entries(table)
    .flatMap(([from, rows]) =>
      rows.map(
        ([event, to, changes, more]): PeerStep => ({ from: from as PeerSituation, event, to, changes, ...more }),
      ),
    )
    .filter((step) => step.side === undefined || step.side === side);
}
