import { LanpeerError } from '../../errors.ts';
import { type AccessPolicy, admits } from '../../protocol/access.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import {
  formatGreetingFrame,
  type GreetingFrame,
  parseGreetingFrame,
  protocolVersion,
  type RefusalCode,
  refusalCode,
} from '../../protocol/greeting.ts';
import { proveKey, type Role, verifyProof } from '../../protocol/proof.ts';
import type { Greeting } from './port.ts';

/** One side of the authentication, without I/O: what it says depends on what it heard. */
export interface Authentication {
  /** What the side says first; undefined for the listener. */
  readonly first: string | undefined;
  /** Takes the next text frame of the other side. Never throws. */
  hear(text: string): Step;
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
  readonly access: AccessPolicy;
  /** Called at the moment when this side greets. */
  readonly greet: () => Greeting;
}

/**
 * Hello, welcome, ready: the dialler proves the network key first, the listener after it has verified, and each greets
 * only a side that it has authorised. What is required is this side's own policy; a proof that is missing is a refusal.
 */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { role, ownId, remoteId, exporter, access, greet } = options;
  const otherRole: Role = role === 'dialler' ? 'listener' : 'dialler';
  let over = false;

  const proof = (): { readonly proof?: string } =>
    access.networkKey ? { proof: proveKey(access.networkKey, { role, ownId, otherId: remoteId, exporter }) } : {};

  function check(said: string | undefined): RefusalCode | undefined {
    // Who holds this node's own key is told nothing that it does not know, and never becomes a peer.
    if (remoteId === ownId) return undefined;
    if (!admits(access, remoteId)) return 'ERR_NOT_ALLOWED';
    if (!access.networkKey) return undefined;
    const context = { role: otherRole, ownId: remoteId, otherId: ownId, exporter };
    return verifyProof(access.networkKey, context, said) ? undefined : 'ERR_NETWORK_KEY';
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
    if (role === 'dialler' && frame.type === 'welcome') {
      const wrong = check(frame.proof);
      if (wrong) return refuse(wrong);
      return done(formatGreetingFrame({ type: 'ready', greeting: greet() }), frame.greeting);
    }
    return role === 'listener' && frame.type === 'ready' ? done(undefined, frame.greeting) : refuse('ERR_PROTOCOL');
  }

  let welcomed = false;
  return {
    first:
      role === 'dialler'
        ? formatGreetingFrame({ type: 'hello', version: protocolVersion, to: remoteId, ...proof() })
        : undefined,
    hear(text) {
      if (over) return refuse('ERR_PROTOCOL');
      try {
        const frame = parseGreetingFrame(text);
        // A listener greets once, and takes no greeting before it has verified the dialler.
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
