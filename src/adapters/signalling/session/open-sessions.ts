import type { Clock } from '../../../environment.ts';
import type { LanpeerError } from '../../../errors.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { SignallingSession } from '../port.ts';
import { createSignallingSession } from './signalling-session.ts';
import type { ConnectedWire } from './wire.ts';

export interface OpenSessionsDeps {
  readonly clock: Clock;
  /** A fault that ends no session. */
  readonly onError: (error: LanpeerError) => void;
}

let sessionCount = 0;

/** The sessions of one endpoint, of dials from either side. */
export class OpenSessions {
  readonly #deps: OpenSessionsDeps;
  readonly #sessions = new Set<SignallingSession>();
  /** Of each session, until its wire is closed. */
  readonly #closing = new Set<Promise<void>>();

  constructor(deps: OpenSessionsDeps) {
    this.#deps = deps;
  }

  countWith(id: DeviceId): number {
    return [...this.#sessions].filter(({ remoteId }) => remoteId === id).length;
  }

  create(
    { wire, id, secret, address }: ConnectedWire,
    facts: Pick<SignallingSession, 'opener' | 'greeting' | 'ownGeneration' | 'networkKey'>,
  ): SignallingSession {
    const { promise, resolve } = Promise.withResolvers<void>();
    const closed = promise.then(() => void this.#closing.delete(closed));
    this.#closing.add(closed);
    sessionCount += 1;
    const session = createSignallingSession({
      info: { key: `${facts.opener}-${sessionCount}`, remoteId: id, remoteAddress: address, secret, ...facts },
      wire,
      clock: this.#deps.clock,
      onError: this.#deps.onError,
      onEnded: () => void this.#sessions.delete(session),
      onClosed: resolve,
    });
    this.#sessions.add(session);
    return session;
  }

  /** Says bye on each session; resolves when their wires are closed. */
  async close(): Promise<void> {
    for (const session of [...this.#sessions]) session.close('stopping');
    await Promise.all(this.#closing);
  }
}
