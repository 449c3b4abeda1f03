import type { AnyEventObject } from 'xstate';
import { asLanpeerError } from '../errors.ts';
import type { ConnectionContext } from '../machines/connection/context.ts';
import type { ConnectionInput } from '../machines/connection/input.ts';
import type { ConnectionPolicy } from '../machines/connection/policy/connection-policy.ts';
import type { NodeContext } from '../machines/node/context.ts';
import type { ConnectionSummary, StepEvent } from './model/trace-events.ts';

export function summaryOf(context: ConnectionContext): ConnectionSummary {
  const { state, reason, code, link, signalling } = context;
  const { attempt, next } = context.retry;
  return {
    state,
    reason,
    code,
    via: link?.via ?? null,
    attempt,
    next,
    gaveUp: state === 'failed' && next === null,
    epoch: link ? context.negotiation.generation : 0,
    signallingSessions: signalling.length,
  };
}

/** An event without what no file can hold: of an error only its code. */
export function eventOf(event: AnyEventObject): StepEvent['event'] {
  return 'error' in event ? { ...event, error: { code: asLanpeerError(event['error'], 'ERR_INTERNAL').code } } : event;
}

/** JSON has no infinity: the largest number there is does the same in a comparison. */
const withoutInfinity = (policy: ConnectionPolicy): ConnectionPolicy =>
  Object.fromEntries(
    Object.entries(policy).map(([key, value]) => [key, value === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : value]),
  ) as unknown as ConnectionPolicy;

/** What a connection machine was made with; the decision inputs are told step by step. */
export function connectionInputOf({ decisionInputs: _, ...input }: ConnectionInput): Readonly<Record<string, unknown>> {
  return { ...input, policy: withoutInfinity(input.policy) };
}

/** What a node machine would have to be made with to stand where this one stands. */
export function nodeInputOf({ maxPeers, remembered, policy, transports, ownId, blocked }: NodeContext) {
  return { maxPeers, remembered, policy: withoutInfinity(policy), transports, ownId, blocked: [...blocked] };
}
