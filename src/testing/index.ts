export {
  createMemoryDiscoveryNetwork,
  type MemoryDiscoveryNetwork,
  type MemoryDiscoveryOptions,
} from '../adapters/discovery/memory.ts';
export {
  createMemorySignallingNetwork,
  type MemoryEndpointOptions,
  type MemorySignallingNetwork,
  type MemorySignallingOptions,
} from '../adapters/signalling/memory/memory-signalling.ts';
export {
  createMemoryTransportNetwork,
  type MemoryTransportNetwork,
  type MemoryTransportOptions,
} from '../adapters/transport/memory.ts';
export { type CliEvent, type CliProcess, type CliProcessOptions, startCli } from './cli-process.ts';
export type { ComplianceCase } from './compliance/case.ts';
export { discoveryCompliance, type MakeDiscovery } from './compliance/discovery.ts';
export { identityCompliance, type MakeIdentityStore } from './compliance/identity.ts';
export { signallingCompliance } from './compliance/signalling.ts';
export type {
  MakeSignallingDevice,
  SignallingDevice,
  SignallingEndpointOptions,
} from './compliance/signalling-endpoint.ts';
export { transportCompliance } from './compliance/transport.ts';
export type { MakeTransportPair } from './compliance/transport-case.ts';
export type { TransportPair } from './compliance/transport-pair.ts';
export {
  createMemoryNetwork,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  type MemoryNodeOptions,
  type NetworkConditions,
  type Traffic,
} from './memory-network.ts';
export {
  type ConnectionGraphEvent,
  connectionEventsIn,
  connectionStateKey,
  createConnectionGraph,
} from './model/connection-graph.ts';
export {
  type ConnectionRig,
  type ConnectionRigOptions,
  connectionInput,
  createConnectionRig,
} from './model/connection-rig.ts';
export { incarnations as sampleIncarnations, session as sampleSession } from './model/connection-samples.ts';
export { createCoverage, machineStates, machineTransitions } from './model/coverage.ts';
export type { ConnectionEffect, RunningDial, RunningLink } from './model/recording-machine.ts';
export {
  createPeerMachine,
  type PeerAssertion,
  type PeerAssertionContext,
  type PeerEvent,
  type PeerModelState,
  type PeerPath,
  type PeerPathsOptions,
  type PeerRun,
  type PeerRunOptions,
  type PeerState,
  type PeerStep,
  type PeerTransition,
  peerPaths,
  peerTransitions,
  type Side,
} from './peer/index.ts';
export { type Replay, replayRecording, replayTrace } from './replay/replay.ts';
export {
  createSeededRandom,
  type Detection,
  type SeededRandom,
  type SimulationOptions,
  type SimulationResult,
  simulate,
} from './simulation/index.ts';
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
