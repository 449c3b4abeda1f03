export { type BackoffPolicy, backoffDelay } from './connection/backoff.ts';
export {
  beginLiveness,
  checkLiveness,
  type Liveness,
  type LivenessPolicy,
  type LivenessVerdict,
} from './connection/liveness.ts';
export { type ConnectionActorRef, type ConnectionSnapshot, connectionMachine } from './connection/machine.ts';
export { defaultConnectionPolicy } from './connection/policy.ts';
export type {
  ConnectionContext,
  ConnectionEvent,
  ConnectionInput,
  ConnectionOutput,
  ConnectionPolicy,
  DialInput,
  LinkFact,
  LinkInput,
  OfferFact,
  Oracle,
  SignallingFact,
} from './connection/types.ts';
export { type NodeActorRef, nodeMachine } from './node/machine.ts';
export type { Bar, NodeContext, NodeEvent, NodeInput } from './node/types.ts';
export { type ConnectionState, type Reason, reasons } from './reasons.ts';
