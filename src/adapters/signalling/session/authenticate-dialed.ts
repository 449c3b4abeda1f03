import type { Clock } from '../../../environment.ts';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import type { RefusalCode } from '../../../protocol/greeting.ts';
import { onAbort } from '../../../util/abort.ts';
import { startTimeLimit } from '../../../util/time-limit.ts';
import type { Greeting, SignallingSession } from '../port.ts';
import type { Authentication } from './authenticate.ts';
import { runAuthentication } from './run-authentication.ts';
import type { Wire } from './wire.ts';

export interface CalledOptions {
  readonly wire: Wire;
  readonly authentication: Authentication;
  /** A reason of this side to refuse before anything else is said. */
  readonly fault: RefusalCode | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Takes the wire over, or tells why there is no session. */
  readonly done: (greeting: Greeting) => SignallingSession | LanpeerError;
}

/** Authenticates whom this side called. Rejects with `ERR_ABORTED`, `ERR_TIMEOUT` or the code of a refusal. */
export function authenticateCalled(options: CalledOptions): Promise<SignallingSession> {
  const { wire, authentication, fault, clock, signal } = options;
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      endLimit();
      off();
    };
    const fail = (error: LanpeerError): void => {
      settle();
      reject(error);
    };
    const giveUp = (error: LanpeerError): void => {
      wire.terminate();
      fail(error);
    };
    const abort = (): void => giveUp(new LanpeerError('ERR_ABORTED'));
    const endLimit = startTimeLimit(clock, limits.dial.authenticationMs, () =>
      giveUp(new LanpeerError('ERR_TIMEOUT', 'The other end did not authenticate in time.')),
    );
    const off = onAbort(signal, abort);
    runAuthentication(wire, {
      authentication,
      fault,
      clock,
      done(greeting) {
        const session = options.done(greeting);
        if (session instanceof LanpeerError) {
          fail(session);
          return false;
        }
        settle();
        resolve(session);
        return true;
      },
      refused: ({ code }) => fail(new LanpeerError(code)),
      lost: fail,
    });
  });
}
