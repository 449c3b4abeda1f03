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

export interface AuthenticateDialedOptions {
  readonly wire: Wire;
  readonly authentication: Authentication;
  /** The hello went before the wire was open, and the answer may have come. */
  readonly saidHello: boolean;
  readonly welcome: string | undefined;
  /** Refuses at once, before anything else is sent. */
  readonly refusal: RefusalCode | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Listens to the wire and returns the session, or the reason why there is none. */
  readonly onDone: (greeting: Greeting) => SignallingSession | LanpeerError;
}

/** Authenticates a device that this side dialed. Rejects with `ERR_ABORTED`, `ERR_TIMEOUT` or the code of a refusal. */
export function authenticateDialed(options: AuthenticateDialedOptions): Promise<SignallingSession> {
  const { wire, authentication, saidHello, welcome, refusal, clock, signal, onDone } = options;
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      endLimit();
      off();
    };
    const fail = (error: LanpeerError): void => {
      settle();
      reject(error);
    };
    const terminate = (error: LanpeerError): void => {
      wire.terminate();
      fail(error);
    };
    const endLimit = startTimeLimit(clock, limits.dial.authenticationMs, () =>
      terminate(new LanpeerError('ERR_TIMEOUT', 'The other end did not authenticate in time.')),
    );
    const off = onAbort(signal, () => terminate(new LanpeerError('ERR_ABORTED')));
    runAuthentication(wire, {
      authentication,
      saidHello,
      welcome,
      refusal,
      clock,
      onDone(greeting) {
        const session = onDone(greeting);
        if (session instanceof LanpeerError) {
          fail(session);
          return false;
        }
        settle();
        resolve(session);
        return true;
      },
      onRefused: ({ code }) => fail(new LanpeerError(code)),
      onClosed: fail,
    });
  });
}
