import type { MessageMap, MessageTypes } from '../../api/messages.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { ConnectionChange, Peer } from '../../api/peers.ts';
import type { PeerModelState, PeerState } from './states.ts';

/** The context of an assertion: what the kit knows of the peer at that moment. */
export interface PeerAssertionContext<PeerProgram = undefined, Messages extends MessageTypes<Messages> = MessageMap> {
  readonly modelState: PeerModelState;
  readonly state: PeerState;
  /** The last change; undefined before the first. */
  readonly change: ConnectionChange | undefined;
  /** As in `peers$`. */
  readonly peer: Peer | undefined;
  readonly peerId: string;
  readonly node: LanpeerNode<Messages>;
  /** The program of the peer's current run; undefined while it does not run, or without `startPeer`. */
  readonly peerProgram: PeerProgram | undefined;
}

/** Throws, or rejects, when something does not hold. Promises of nodes settle: time passes while one is awaited. */
export type PeerAssertion<Program, PeerProgram = undefined, Messages extends MessageTypes<Messages> = MessageMap> = (
  program: Program,
  context: PeerAssertionContext<PeerProgram, Messages>,
) => unknown;

/** The program under test, that of its peer, and what has to hold. */
export interface PeerRunOptions<
  Program,
  PeerProgram = undefined,
  Messages extends MessageTypes<Messages> = MessageMap,
> {
  /** Makes the program under test around a node that does not run yet: the kit starts and stops it. May give a promise. */
  readonly start: (node: LanpeerNode<Messages>) => Program | Promise<Program>;
  /** Makes the program of the peer, for each of its runs. */
  readonly startPeer?: (node: LanpeerNode<Messages>) => PeerProgram;
  /** What has to hold in each state, called after every step. */
  readonly states?: Partial<Record<PeerState, PeerAssertion<Program, PeerProgram, Messages>>>;
  /** What always has to hold. */
  readonly always?: PeerAssertion<Program, PeerProgram, Messages>;
  /** Stops the program at the end. */
  readonly stop?: (program: Program) => unknown;
}

/** What a run went through. */
export interface PeerRun {
  readonly changes: readonly ConnectionChange[];
}
