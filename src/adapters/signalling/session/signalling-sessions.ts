import type { Clock } from '../../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import type { AccessPolicy } from '../../../protocol/access.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { RefusalCode } from '../../../protocol/greeting.ts';
import { relateIncarnation } from '../../../protocol/incarnation.ts';
import type { Role } from '../../../protocol/proof.ts';
import type { DialTarget, Greeting, OwnGreeting, Refusal, SignallingListener, SignallingSession } from '../port.ts';
import { createDenials } from './auth-backoff.ts';
import { createAuthentication } from './authenticate.ts';
import { authenticateCalled } from './authenticate-dialed.ts';
import { dialWithKeys } from './dial-keys.ts';
import { runAuthentication } from './run-authentication.ts';
import { createSession } from './signalling-session.ts';
import type { Wire } from './wire.ts';

export interface SessionsOptions {
  readonly ownId: DeviceId;
  readonly access: AccessPolicy;
  /** This side's greeting for that peer, asked for when it is sent; the port is filled in. */
  readonly greet: (remoteId: DeviceId) => OwnGreeting;
  readonly clock: Clock;
}

/** An open wire, and what is proven of its other end. */
export interface Met {
  readonly wire: Wire;
  readonly id: DeviceId;
  /** 32 bytes that only the two ends of the wire know. */
  readonly secret: Uint8Array;
  readonly address: string;
}

/** From wires to authenticated sessions, whatever carries them. */
export interface Sessions {
  /** From now on this is told, and greetings name that port. */
  listening(listener: SignallingListener, port: number): void;
  /** Somebody called. `welcome` is called once it is authenticated. */
  receive(met: Met, welcome: () => void): void;
  /**
   * Dials, and authenticates whom this side reaches, once for each network key until one is taken. Rejects with what
   * `reach` rejects with, `ERR_ABORTED`, `ERR_TIMEOUT` or the code of a refusal.
   */
  dial(target: Pick<DialTarget, 'id' | 'networkTag' | 'signal'>, reach: () => Promise<Met>): Promise<SignallingSession>;
  setAccess(access: AccessPolicy): void;
  /** A refusal that is due to whoever it is without another look. */
  due(address: string, id: DeviceId): RefusalCode | undefined;
  refused(refusal: Refusal): void;
  /** Ends callers who are not authenticated yet, says bye on sessions; resolves when the wires of these are closed. */
  close(): Promise<void>;
}

/** Codes that count as a failed authentication of the one who called. */
const offences: readonly RefusalCode[] = [
  'ERR_NETWORK_KEY',
  'ERR_NOT_ALLOWED',
  'ERR_IDENTITY_MISMATCH',
  'ERR_PROTOCOL',
];

let count = 0;

export function createSessions({ ownId, greet, clock, ...options }: SessionsOptions): Sessions {
  let { access } = options;
  const denials = createDenials(clock);
  const open = new Set<SignallingSession>();
  /** Who called and is not authenticated yet. */
  const callers = new Set<Met>();
  const closing = new Set<Promise<void>>();
  let listener: SignallingListener | undefined;
  let port = 0;

  function trouble(error: LanpeerError): void {
    try {
      listener?.trouble(error);
    } catch {
      // It was told, and there is nobody else to tell.
    }
  }

  function tell(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      trouble(asLanpeerError(thrown, 'ERR_HANDLER'));
    }
  }

  const refused = (refusal: Refusal): void => tell(() => listener?.refused(refusal));
  /** Callers among them: many that are authenticated at one moment must not pass the limit together. */
  const openWith = (id: DeviceId): number =>
    [...open].filter((session) => session.remoteId === id).length + [...callers].filter((one) => one.id === id).length;

  function begin(role: Role, { wire, id, secret, address }: Met, networkKey?: Uint8Array) {
    let told = 0;
    const authentication = createAuthentication({
      role,
      ownId,
      remoteId: id,
      exporter: secret,
      access: () => access,
      ...(networkKey && { networkKey }),
      greet() {
        const greeting = greet(id);
        told = greeting.epoch ?? greeting.held;
        return { ...greeting, port };
      },
    });
    function start(greeting: Greeting): SignallingSession {
      const opener = role === 'dialer' ? 'local' : 'remote';
      let closed = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        closed = resolve;
      }).then(() => void closing.delete(over));
      closing.add(over);
      count += 1;
      const proven = authentication.networkKey;
      const session = createSession({
        facts: {
          key: `${opener}-${count}`,
          remoteId: id,
          opener,
          remoteAddress: address,
          greeting,
          told,
          secret,
          ...(proven && { networkKey: proven }),
        },
        wire,
        clock,
        trouble,
        ended: () => void open.delete(session),
        closed,
      });
      open.add(session);
      return session;
    }
    return { authentication, start };
  }

  /** The other end has proven this node's own key: it is this run itself, or another one. */
  function meetOwn({ address }: Met, { incarnation, port }: Greeting): 'ERR_SELF' | 'ERR_INSTANCE' {
    if (relateIncarnation(greet(ownId).incarnation, incarnation) === 'same') return 'ERR_SELF';
    tell(() => listener?.copy?.({ incarnation, address, port }));
    return 'ERR_INSTANCE';
  }

  function call(
    met: Met,
    { id, signal }: Pick<DialTarget, 'id' | 'signal'>,
    networkKey: Uint8Array | undefined,
  ): Promise<SignallingSession> {
    if (signal.aborted) {
      met.wire.terminate();
      return Promise.reject(new LanpeerError('ERR_ABORTED'));
    }
    const { authentication, start } = begin('dialer', met, networkKey);
    return authenticateCalled({
      wire: met.wire,
      authentication,
      fault: id !== undefined && id !== met.id ? 'ERR_IDENTITY_MISMATCH' : undefined,
      clock,
      signal,
      done: (greeting) => (met.id === ownId ? new LanpeerError(meetOwn(met, greeting)) : start(greeting)),
    });
  }

  return {
    listening(nextListener, nextPort) {
      listener = nextListener;
      port = nextPort;
    },

    receive(met, welcome) {
      const { id, address } = met;
      const { authentication, start } = begin('listener', met);
      const busy = openWith(id) >= limits.signalling.sessionsPerPeer;
      callers.add(met);
      runAuthentication(met.wire, {
        authentication,
        fault: busy ? 'ERR_BUSY' : undefined,
        clock,
        done(greeting) {
          callers.delete(met);
          if (id === ownId) {
            const code = meetOwn(met, greeting);
            if (code === 'ERR_SELF') refused({ code, address, id });
            return false;
          }
          welcome();
          denials.forget(address, id);
          const session = start(greeting);
          tell(() => listener?.session(session));
          return true;
        },
        refused({ code, by }) {
          callers.delete(met);
          // A key that was dropped while it was proven is nobody's offence.
          const { networkKey, metOtherKey } = authentication;
          const aboutKey = code === 'ERR_NETWORK_KEY' && (networkKey !== undefined || metOtherKey);
          if (by === 'local' && aboutKey && metOtherKey) denials.noteOtherKey(address, id);
          else if (by === 'local' && !aboutKey && offences.includes(code)) denials.note(address, id, code);
          refused({ code, address, id });
        },
        lost: () => void callers.delete(met),
      });
    },

    dial: (target, reach) =>
      dialWithKeys(
        () => access,
        target,
        async (key) => call(await reach(), target, key),
      ),

    setAccess(next) {
      access = next;
      denials.forgetAll();
    },

    due: denials.due,
    refused,

    async close() {
      for (const { wire } of [...callers]) wire.terminate();
      for (const session of [...open]) session.close('stopping');
      await Promise.all(closing);
    },
  };
}
