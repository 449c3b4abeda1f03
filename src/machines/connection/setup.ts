import { assign } from 'xstate';
import type { LanpeerErrorCode } from '../../errors.ts';
import type { ByeReason } from '../../protocol/signal.ts';
import { attemptUpdates } from './actions/update-attempt.ts';
import { linkUpdates } from './actions/update-link.ts';
import { signallingUpdates } from './actions/update-signalling.ts';
import { baseSetup } from './base-setup.ts';
import { connectionDelays } from './delays.ts';
import { attemptGuards } from './guards/attempts.ts';
import { linkGuards } from './guards/links.ts';
import { signallingGuards } from './guards/signalling.ts';
import type { ConnectionState, Reason } from './reasons.ts';

const nothing = (): void => undefined;

/**
 * Vocabulary of the connection machine. The actors `link` and `dialer` and the actions `report`, `probe`, `farewell`
 * and `endSignalling` are bound by the node that runs the machine, and they never throw.
 */
export const connectionSetup = baseSetup.extend({
  delays: connectionDelays,
  guards: { ...linkGuards, ...signallingGuards, ...attemptGuards },
  actions: {
    report: nothing,
    probe: (_, _params: { readonly no: number }) => undefined,
    farewell: (_, _params: { readonly no: number; readonly reason: 'disconnect' | 'stopping' }) => undefined,
    endSignalling: (_, _params: { readonly key: string; readonly reason: ByeReason }) => undefined,
    setState: assign((_, { state }: { readonly state: ConnectionState }) => ({ state })),
    setReason: assign((_, why: { readonly reason: Reason; readonly code?: LanpeerErrorCode }) => ({
      reason: why.reason,
      code: why.code ?? null,
    })),
    ...attemptUpdates,
    ...linkUpdates,
    ...signallingUpdates,
  },
});
