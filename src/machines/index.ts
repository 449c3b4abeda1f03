export type { ConnectionContext, LinkFact } from './connection/context.ts';
export type { ConnectionEvent, OfferFact, SignallingFact } from './connection/events.ts';
export type { ConnectionInput, ConnectionOutput, DecisionInputs, DialInput, LinkInput } from './connection/input.ts';
export { type ConnectionActorRef, type ConnectionSnapshot, connectionMachine } from './connection/machine.ts';
export { type BackoffPolicy, backoffDelay } from './connection/policy/backoff.ts';
export type { ConnectionPolicy } from './connection/policy/connection-policy.ts';
export { defaultConnectionPolicy } from './connection/policy/connection-policy.ts';
export {
  beginLiveness,
  checkLiveness,
  type Liveness,
  type LivenessPolicy,
  type LivenessVerdict,
} from './connection/policy/liveness.ts';
export { type ConnectionState, type Reason, reasons } from './connection/reasons.ts';
export type { Block, NodeContext, NodeInput } from './node/context.ts';
export type { NodeEvent } from './node/events.ts';
export { type NodeActorRef, nodeMachine } from './node/machine.ts';
