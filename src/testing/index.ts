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
} from '../adapters/signalling/memory.ts';
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
} from './compliance/signalling-scene.ts';
export { type MakeTransportPair, transportCompliance } from './compliance/transport.ts';
export type { TransportPair } from './compliance/transport-pair.ts';
export {
  createMemoryNetwork,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  type MemoryNodeOptions,
  type Traffic,
  type Weather,
} from './memory-network.ts';
export {
  type ConnectionGraphEvent,
  connectionEventsIn,
  connectionStateKey,
  createConnectionGraph,
} from './model/connection-graph.ts';
export {
  type ConnectionDeed,
  type ConnectionRig,
  type ConnectionRigOptions,
  connectionInput,
  createConnectionRig,
  type RunningDial,
  type RunningLink,
} from './model/connection-rig.ts';
export { instances as sampleInstances, session as sampleSession } from './model/connection-samples.ts';
export { createCoverage, machineStates, machineTransitions } from './model/coverage.ts';
export {
  type PeerEvent,
  type PeerPhase,
  type PeerState,
  type PeerStep,
  peerEvents,
  peerMachine,
} from './peer/model.ts';
export { type PeerPath, type PeerTest, peerPaths } from './peer/paths.ts';
export { otherReasons, type PeerTransition, peerTransitions } from './peer/transitions.ts';
export type { PeerWorld } from './peer/world.ts';
export { type Replay, replayFrames, replayRecording } from './replay/replay.ts';
export {
  createSeeded,
  type Detection,
  type Seeded,
  type SimulationOptions,
  type SimulationResult,
  simulate,
} from './simulation/index.ts';
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
