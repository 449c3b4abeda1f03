import type { ConnectionContext } from './context.ts';
import { hasStallLimit } from './policy/replacement.ts';

interface DelayArgs {
  readonly context: ConnectionContext;
}

/** Times that depend on the policy, and on what was decided before, ms. */
export const connectionDelays = {
  dialLimit: ({ context }: DelayArgs) => context.policy.dialMs,
  stall: ({ context }: DelayArgs) => (hasStallLimit(context) ? context.policy.stallMs : context.policy.connectMs),
  /** A link that fell silent leaves little hope for its session. */
  fallback: ({ context }: DelayArgs) =>
    context.fallback.loss?.reason === 'silent' ? context.policy.goneMs : context.policy.fallbackMs,
  upgrade: ({ context }: DelayArgs) => context.upgrade.delayMs,
  probe: ({ context }: DelayArgs) => context.policy.probeMs,
  verify: ({ context }: DelayArgs) => context.policy.verifyMs,
  headStart: ({ context }: DelayArgs) => context.dial.headStartMs,
  backoff: ({ context }: DelayArgs) => context.retry.delayMs,
  redial: ({ context: { policy, verification } }: DelayArgs) =>
    verification.redials < policy.redials ? policy.redialMs : policy.redialSlowMs,
  again: ({ context }: DelayArgs) => context.policy.againMs,
  gone: ({ context }: DelayArgs) => context.policy.goneMs,
  identityConflict: ({ context }: DelayArgs) => context.policy.identityConflictMs,
  stable: ({ context }: DelayArgs) => context.policy.stableMs,
};
