import { ephemeralIdentity, systemClock, tlsSignalling } from '../../../src/adapters/index.ts';
import type { SessionEnd, SignallingSession } from '../../../src/adapters/signalling/port.ts';
import { limits } from '../../../src/limits.ts';
import { parseNetworkKey } from '../../../src/protocol/network-key.ts';
import type { SignalMessage } from '../../../src/protocol/signal.ts';
import { knownTransports, type Via } from '../../../src/protocol/via.ts';
import type { HostileLink } from './hostile-link.ts';
import { openLink } from './open-link.ts';
import type { Target } from './target.ts';

/** A signalling session of a member with the victim, over which it may say anything. */
export interface HostileSession {
  readonly session: SignallingSession;
  /** How it ended. */
  readonly ended: Promise<SessionEnd>;
  /** What the victim says, from the beginning. */
  heard(listener: (message: SignalMessage) => void): void;
  /** A link, whichever side has to offer it. */
  link(via: Via): Promise<HostileLink>;
}

/** Holds the network key, has an identity of its own, and keeps to nothing. */
export interface Member {
  readonly id: string;
  dial(): Promise<HostileSession>;
  /** A session and a link over it. */
  connect(via?: Via): Promise<HostileLink>;
  close(): Promise<void>;
}

export interface MemberOptions {
  /** It can be dialed. */
  readonly listens?: boolean;
}

export async function makeMember(target: Target, { listens = false }: MemberOptions = {}): Promise<Member> {
  const networkKey = parseNetworkKey(target.networkKey);
  const identity = await ephemeralIdentity({ clock: systemClock }).open();
  const signalling = tlsSignalling({
    identity,
    addresses: ['127.0.0.1'],
    port: 0,
    access: { networkKey },
    greet: () => ({
      incarnation: identity.incarnation,
      name: 'hostile',
      held: 0,
      features: [],
      transports: knownTransports,
    }),
    clock: systemClock,
  });

  if (listens) await signalling.listen({ session: () => undefined, refused: () => undefined, error: () => undefined });

  let epoch = 0;
  /** An epoch is offered once; some may be the victim's. */
  const nextEpoch = (held: number): number => {
    epoch = Math.max(epoch, held) + 2;
    return epoch;
  };

  async function dial(): Promise<HostileSession> {
    const { address, port, id } = target;
    const session = await signalling.dial({
      address,
      port,
      id,
      timeoutMs: limits.dial.timeoutMs,
      signal: new AbortController().signal,
    });
    const listeners = new Set<(message: SignalMessage) => void>();
    const said: SignalMessage[] = [];
    const ended = new Promise<SessionEnd>((resolve) => {
      session.attach({
        message(message) {
          said.push(message);
          for (const listener of listeners) listener(message);
        },
        ended: resolve,
      });
    });
    return {
      session,
      ended,
      heard(listener) {
        for (const message of said) listener(message);
        listeners.add(listener);
      },
      link: (via) => openLink({ session, ended, ownId: identity.id, via, networkKey, nextEpoch, said, listeners }),
    };
  }

  return {
    id: identity.id,
    dial,
    connect: async (via = 'tls') => (await dial()).link(via),
    close: () => signalling.close(),
  };
}
