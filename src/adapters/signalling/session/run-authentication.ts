import type { Clock } from '../../../environment.ts';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { formatGreetingFrame, type RefusalCode } from '../../../protocol/greeting.ts';
import type { Greeting } from '../port.ts';
import type { Authentication } from './authenticate.ts';
import type { Wire } from './wire.ts';

/** A refusal, and the side that refused. */
export interface AuthenticationRefusal {
  readonly code: RefusalCode;
  readonly by: 'local' | 'remote';
}

export interface RunAuthenticationOptions {
  readonly authentication: Authentication;
  /** The first frames went before the wire was open: that of this side, and the answer to it. */
  readonly saidHello?: boolean;
  readonly welcome?: string | undefined;
  /** Refuses at once, before anything else is sent. */
  readonly refusal: RefusalCode | undefined;
  readonly clock: Clock;
  /**
   * Both sides are authorised. The next message may come at once: it is to be listened to before this returns true.
   * After false the wire is closed.
   */
  readonly onDone: (greeting: Greeting) => boolean;
  readonly onRefused: (refusal: AuthenticationRefusal) => void;
  /** The wire closed before either of them. */
  readonly onClosed: (error: LanpeerError) => void;
}

/** Runs the authentication over an open wire. One of the three callbacks is called, once. */
export function runAuthentication(wire: Wire, options: RunAuthenticationOptions): void {
  const { authentication, saidHello = false, welcome, refusal, clock, onDone, onRefused, onClosed } = options;
  let settled = false;
  let closeTimer: unknown;

  /** Closes when the last message has arrived, but no later than after `limits.signalling.closeMs`. */
  function close(): void {
    closeTimer = clock.setTimeout(() => wire.terminate(), limits.signalling.closeMs);
    wire.close();
  }

  function endRefused(code: RefusalCode, reply: string | undefined): void {
    settled = true;
    if (reply !== undefined) wire.send(reply);
    close();
    onRefused({ code, by: reply === undefined ? 'remote' : 'local' });
  }

  const refuse = (code: RefusalCode): void => endRefused(code, formatGreetingFrame({ type: 'refuse', code }));

  function refuseInvalid(): void {
    if (!settled) refuse('ERR_PROTOCOL');
  }

  function receive(text: string): void {
    if (settled) return;
    const step = authentication.receive(text);
    if (step.kind === 'refused') endRefused(step.code, step.reply);
    else if (step.reply !== undefined) wire.send(step.reply);
    // What was read before this side closed the wire may still come: no session comes of that.
    if (step.kind !== 'done' || !wire.open) return;
    settled = true;
    if (!onDone(step.greeting)) close();
  }

  wire.listen({
    text: receive,
    bytes: refuseInvalid,
    invalid: refuseInvalid,
    // No peer pings before both are authenticated: pings would come, and be answered, without end.
    ping: refuseInvalid,
    pong: refuseInvalid,
    closed() {
      clock.clearTimeout(closeTimer);
      if (settled) return;
      settled = true;
      onClosed(new LanpeerError('ERR_SIGNALLING', 'The other end closed the session during authentication.'));
    },
  });
  if (refusal) refuse(refusal);
  else if (saidHello) {
    if (welcome !== undefined) receive(welcome);
  } else if (authentication.first !== undefined) wire.send(authentication.first);
}
