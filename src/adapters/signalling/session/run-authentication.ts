import type { Clock } from '../../../environment.ts';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { formatGreetingFrame, type RefusalCode } from '../../../protocol/greeting.ts';
import type { Greeting } from '../port.ts';
import type { Authentication } from './authenticate.ts';
import type { Wire } from './wire.ts';

/** A refusal, and whether this side pronounced it. */
export interface Refused {
  readonly code: RefusalCode;
  readonly by: 'local' | 'remote';
}

export interface AuthenticationRun {
  readonly authentication: Authentication;
  /** A reason of this side to refuse before anything else is said. */
  readonly fault: RefusalCode | undefined;
  readonly clock: Clock;
  /**
   * Both sides are authorised. The next frame may come at once: whoever takes the wire over listens before it returns
   * true. After false the wire is closed.
   */
  readonly done: (greeting: Greeting) => boolean;
  readonly refused: (refused: Refused) => void;
  /** The wire closed before either of them. */
  readonly lost: (error: LanpeerError) => void;
}

/** Runs the authentication over an open wire. One of the three callbacks is called, once. */
export function runAuthentication(wire: Wire, options: AuthenticationRun): void {
  const { authentication, fault, clock } = options;
  let settled = false;
  let closeTimer: unknown;

  /** Closes with the last words still on the way, but not for longer than `limits.signalling.closeMs`. */
  function close(): void {
    closeTimer = clock.setTimeout(() => wire.terminate(), limits.signalling.closeMs);
    wire.close();
  }

  function refuse(code: RefusalCode, say: string | undefined): void {
    settled = true;
    if (say !== undefined) wire.send(say);
    close();
    options.refused({ code, by: say === undefined ? 'remote' : 'local' });
  }

  const sayRefused = (code: RefusalCode): void => refuse(code, formatGreetingFrame({ type: 'refuse', code }));

  function refuseInvalid(): void {
    if (!settled) sayRefused('ERR_PROTOCOL');
  }

  wire.listen({
    text(text) {
      if (settled) return;
      const step = authentication.hear(text);
      if (step.kind === 'refused') refuse(step.code, step.say);
      else if (step.say !== undefined) wire.send(step.say);
      // What was read before this side gave the wire up may still come: that makes no session any more.
      if (step.kind !== 'done' || !wire.open) return;
      settled = true;
      if (!options.done(step.greeting)) close();
    },
    bytes: refuseInvalid,
    invalid: refuseInvalid,
    // No peer pings before both are authenticated: pings would come, and be answered, without end.
    ping: refuseInvalid,
    pong: refuseInvalid,
    closed() {
      clock.clearTimeout(closeTimer);
      if (settled) return;
      settled = true;
      options.lost(new LanpeerError('ERR_SIGNALLING', 'The other end closed the session during authentication.'));
    },
  });
  if (fault) sayRefused(fault);
  else if (authentication.first !== undefined) wire.send(authentication.first);
}
