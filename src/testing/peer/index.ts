export type { PeerAssertion, PeerAssertionContext, PeerRun, PeerRunOptions } from './assertions.ts';
export type { PeerEvent } from './events.ts';
export { createPeerMachine, type PeerPath, type PeerPathsOptions, peerPaths } from './paths.ts';
export type { Side } from './peer-rig.ts';
export type { PeerModelState, PeerState } from './states.ts';
export type { PeerStep } from './steps.ts';
export { type PeerTransition, peerTransitions } from './transitions.ts';
