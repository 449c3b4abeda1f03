import { LanpeerError } from '../../../errors.ts';
import { type AccessPolicy, admits, networkKeysOf, objectionTo } from '../../../protocol/access.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import {
  formatGreetingFrame,
  type GreetingFrame,
  parseGreetingFrame,
  protocolVersion,
  type RefusalCode,
  refusalCode,
} from '../../../protocol/greeting.ts';
import { proveKey, type Role, verifyProof } from '../../../protocol/proof.ts';
import { formatSignal } from '../../../protocol/signal.ts';
import type { Greeting } from '../port.ts';

/** One side of the authentication, without I/O: what it says depends on what it heard. */
export interface Authentication {
  /** What the side says first; undefined for the listener. */
  readonly first: string | undefined;
  /** Takes the next text frame of the other side. Never throws. */
  hear(text: string): Step;
  /** The network key that both sides proved, once they have. */
  readonly networkKey: Uint8Array | undefined;
  /** The other side proved a network key, and it is none of this side's: it may have others. */
  readonly metOtherKey: boolean;
}

export type Step =
  | { readonly kind: 'done'; readonly say: string | undefined; readonly greeting: Greeting }
  | { readonly kind: 'more'; readonly say: string }
  /** `say` tells the other side; undefined when it was the other side that refused. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly say: string | undefined };

export interface AuthenticationOptions {
  readonly role: Role;
  readonly ownId: DeviceId;
  /** Proven by TLS. */
  readonly remoteId: DeviceId;
  readonly exporter: Uint8Array;
  /** Asked at each step: it may change meanwhile. */
  readonly access: () => AccessPolicy;
  /** The network key that a dialer proves; default: the first. A listener proves the one that the dialer did. */
  readonly networkKey?: Uint8Array;
  /** Called at the moment when this side greets. */
  readonly greet: () => Greeting;
}

/**
 * Hello, welcome, ready: the dialer proves the network key first, the listener after it has verified, and each greets
 * only a side that it has authorised. What is required is this side's own policy; a proof that is missing is a refusal.
 * The listener looks at it once more at the end, the dialer at the only moment that it has.
 */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { role, ownId, remoteId, exporter, access, greet } = options;
  const otherRole: Role = role === 'dialer' ? 'listener' : 'dialer';
  let over = false;
  let metOtherKey = false;
  let networkKey = role === 'dialer' ? (options.networkKey ?? networkKeysOf(access())[0]) : undefined;

  const proof = (): { readonly proof?: string } =>
    networkKey ? { proof: proveKey(networkKey, { role, ownId, otherId: remoteId, exporter }) } : {};

  /** Takes the proof of the other side: of the key that this side proved, or of any that it has. */
  function check(said: string | undefined): RefusalCode | undefined {
    const policy = access();
    const context = { role: otherRole, ownId: remoteId, otherId: ownId, exporter };
    const isProven = (key: Uint8Array): boolean => verifyProof(key, context, said);
    const keys = networkKeysOf(policy);
    if (role === 'listener') networkKey = keys.find(isProven);
    // Who holds this node's own key is told nothing that it does not know, and never becomes a peer.
    if (remoteId === ownId) return undefined;
    if (!admits(policy, remoteId)) return 'ERR_NOT_ALLOWED';
    metOtherKey = role === 'listener' && said !== undefined && !networkKey;
    if (role === 'dialer' && networkKey && !isProven(networkKey)) return 'ERR_NETWORK_KEY';
    return checkAgain();
  }

  /** What was proven is still asked for, and enough. */
  function checkAgain(): RefusalCode | undefined {
    return remoteId === ownId ? undefined : objectionTo(access(), { remoteId, ...(networkKey && { networkKey }) });
  }

  function refuse(code: RefusalCode): Step {
    over = true;
    return { kind: 'refused', code, say: formatGreetingFrame({ type: 'refuse', code }) };
  }

  function done(say: string | undefined, greeting: Greeting): Step {
    over = true;
    return { kind: 'done', say, greeting };
  }

  function answer(frame: GreetingFrame): Step {
    if (frame.type === 'refuse') {
      over = true;
      return { kind: 'refused', code: refusalCode(frame.code), say: undefined };
    }
    if (role === 'listener' && frame.type === 'hello') {
      if (frame.to !== ownId) return refuse('ERR_IDENTITY_MISMATCH');
      const wrong = check(frame.proof);
      if (wrong) return refuse(wrong);
      return { kind: 'more', say: formatGreetingFrame({ type: 'welcome', ...proof(), greeting: greet() }) };
    }
    if (role === 'dialer' && frame.type === 'welcome') {
      const wrong = check(frame.proof);
      if (wrong) return refuse(wrong);
      return done(formatGreetingFrame({ type: 'ready', greeting: greet() }), frame.greeting);
    }
    if (role !== 'listener' || frame.type !== 'ready') return refuse('ERR_PROTOCOL');
    const wrong = checkAgain();
    if (!wrong) return done(undefined, frame.greeting);
    over = true;
    // For the dialer this is a session already.
    return { kind: 'refused', code: wrong, say: formatSignal({ type: 'bye', reason: 'failed' }) };
  }

  let welcomed = false;
  return {
    first:
      role === 'dialer'
        ? formatGreetingFrame({ type: 'hello', version: protocolVersion, to: remoteId, ...proof() })
        : undefined,
    get networkKey() {
      return networkKey;
    },
    get metOtherKey() {
      return metOtherKey;
    },
    hear(text) {
      if (over) return refuse('ERR_PROTOCOL');
      try {
        const frame = parseGreetingFrame(text);
        // A listener greets once, and takes no greeting before it has verified the dialer.
        if (role === 'listener' && frame.type !== 'refuse' && (frame.type === 'ready') !== welcomed)
          return refuse('ERR_PROTOCOL');
        const step = answer(frame);
        welcomed ||= step.kind === 'more';
        return step;
      } catch (thrown) {
        return refuse(thrown instanceof LanpeerError ? refusalCode(thrown.code) : 'ERR_INTERNAL');
      }
    },
  };
}
