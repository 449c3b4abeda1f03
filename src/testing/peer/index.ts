export type { PeerEvent } from './happenings.ts';
export { createPeerMachine, type PeerPath, type PeerPathsOptions, peerPaths } from './paths.ts';
export type { PeerAssertion, PeerRun, PeerRunOptions, PeerSight } from './sight.ts';
export type { PeerShown, PeerSituation } from './situations.ts';
export type { PeerStep } from './steps.ts';
export { type PeerTransition, peerTransitions } from './transitions.ts';
export type { Side } from './world.ts';
