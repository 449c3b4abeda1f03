import { LanpeerError } from '../../../errors.ts';
import { type AccessPolicy, networkKeysOf, objectionTo, objectionToId } from '../../../protocol/access.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import {
  formatGreetingFrame,
  type GreetingFrame,
  parseGreetingFrame,
  protocolVersion,
  type RefusalCode,
  refusalCode,
} from '../../../protocol/greeting.ts';
import { type ProofContext, proveKey, type Role, verifyProof } from '../../../protocol/proof.ts';
import { formatSignal } from '../../../protocol/signal.ts';
import type { Greeting } from '../port.ts';
import { PairingProof } from './pairing-proof.ts';

/** One side of the authentication, without I/O: what it sends depends on what it received. */
export interface Authentication {
  /** What the side sends first; undefined for the listener. */
  readonly first: string | undefined;
  /** The next text message of the other side. Never throws. */
  receive(text: string): AuthenticationStep;
  /** The network key that both sides proved, once they have. */
  readonly networkKey: Uint8Array | undefined;
  /** The other side proved a network key, and it is none of this side's: it may have others. */
  readonly provedUnknownKey: boolean;
}

export type AuthenticationStep =
  | { readonly kind: 'done'; readonly reply: string | undefined; readonly greeting: Greeting }
  | { readonly kind: 'more'; readonly reply: string }
  /** `reply` tells the other side; undefined when it was the other side that refused. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly reply: string | undefined };

export interface AuthenticationOptions {
  readonly role: Role;
  readonly ownId: DeviceId;
  /** Proven by TLS. */
  readonly remoteId: DeviceId;
  readonly exporter: Uint8Array;
  /** Called at each step: it may change meanwhile. */
  readonly access: () => AccessPolicy;
  /** The network key that a dialer proves; default: the first. A listener proves the one that the dialer did. */
  readonly networkKey?: Uint8Array;
  /** Called at the moment when this side greets. */
  readonly greet: () => Greeting;
}

/**
 * Hello, welcome, ready: the dialer proves the network key first, the listener after it has verified, and each greets
 * only a side that it has authorised. What is required is this side's own policy; a proof that is missing is a refusal.
 * The listener checks access once more at the end, the dialer at the only moment that it has.
 */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  return new AuthenticationSide(options);
}

class AuthenticationSide implements Authentication {
  readonly first: string | undefined;
  readonly #options: AuthenticationOptions;
  readonly #pairing: PairingProof;
  #networkKey: Uint8Array | undefined;
  #provedUnknownKey = false;
  #welcomed = false;
  #over = false;

  constructor(options: AuthenticationOptions) {
    const { role, access, networkKey, remoteId } = options;
    this.#options = options;
    this.#pairing = new PairingProof({ remoteId, access, own: this.#ownContext(), other: this.#otherContext() });
    if (role === 'listener') return;
    this.#pairing.begin();
    this.#networkKey = networkKey ?? networkKeysOf(access())[0];
    this.first = formatGreetingFrame({
      type: 'hello',
      version: protocolVersion,
      to: remoteId,
      ...this.#proof(),
      ...this.#pairing.member,
    });
  }

  get networkKey(): Uint8Array | undefined {
    return this.#networkKey;
  }

  get provedUnknownKey(): boolean {
    return this.#provedUnknownKey;
  }

  receive(text: string): AuthenticationStep {
    if (this.#over) return this.#refuse('ERR_PROTOCOL');
    try {
      const frame = parseGreetingFrame(text);
      // A listener greets once, and accepts no greeting before it has verified the dialer.
      const { role } = this.#options;
      if (role === 'listener' && frame.type !== 'refuse' && (frame.type === 'ready') !== this.#welcomed)
        return this.#refuse('ERR_PROTOCOL');
      const step = this.#answer(frame);
      this.#welcomed ||= step.kind === 'more';
      return step;
    } catch (thrown) {
      return this.#refuse(thrown instanceof LanpeerError ? refusalCode(thrown.code) : 'ERR_INTERNAL');
    }
  }

  #answer(frame: GreetingFrame): AuthenticationStep {
    const { role } = this.#options;
    if (frame.type === 'refuse') {
      this.#over = true;
      return { kind: 'refused', code: refusalCode(frame.code), reply: undefined };
    }
    if (role === 'listener' && frame.type === 'hello') return this.#answerHello(frame);
    if (role === 'dialer' && frame.type === 'welcome') return this.#answerWelcome(frame);
    if (role !== 'listener' || frame.type !== 'ready') return this.#refuse('ERR_PROTOCOL');
    const code = this.#objection();
    if (!code) return this.#done(undefined, frame.greeting);
    this.#over = true;
    // For the dialer this is a session already.
    return { kind: 'refused', code, reply: formatSignal({ type: 'bye', reason: 'failed' }) };
  }

  #answerHello({ to, proof, pairing }: Extract<GreetingFrame, { type: 'hello' }>): AuthenticationStep {
    const { ownId, greet } = this.#options;
    if (to !== ownId) return this.#refuse('ERR_IDENTITY_MISMATCH');
    const code = this.#pairing.claim(pairing) ?? this.#verify(proof);
    if (code) return this.#refuse(code);
    const proofs = { ...this.#proof(), ...this.#pairing.member };
    return { kind: 'more', reply: formatGreetingFrame({ type: 'welcome', ...proofs, greeting: greet() }) };
  }

  #answerWelcome({ proof, pairing, greeting }: Extract<GreetingFrame, { type: 'welcome' }>): AuthenticationStep {
    const code = this.#pairing.accept(pairing) ?? this.#verify(proof);
    if (code) return this.#refuse(code);
    return this.#done(formatGreetingFrame({ type: 'ready', greeting: this.#options.greet() }), greeting);
  }

  #proof(): { readonly proof?: string } {
    return this.#networkKey ? { proof: proveKey(this.#networkKey, this.#ownContext()) } : {};
  }

  #ownContext(): ProofContext {
    const { role, ownId, remoteId, exporter } = this.#options;
    return { role, ownId, otherId: remoteId, exporter };
  }

  #otherContext(): ProofContext {
    const { role, ownId, remoteId, exporter } = this.#options;
    return { role: role === 'dialer' ? 'listener' : 'dialer', ownId: remoteId, otherId: ownId, exporter };
  }

  /** Verifies the proof of the other side: of the key that this side proved, or of any that it has. */
  #verify(proof: string | undefined): RefusalCode | undefined {
    const { role, ownId, remoteId, access } = this.#options;
    const policy = access();
    const context = this.#otherContext();
    const isProven = (key: Uint8Array): boolean => verifyProof(key, context, proof);
    const keys = networkKeysOf(policy);
    if (role === 'listener') this.#networkKey = keys.find(isProven);
    // A device that holds this node's own key learns nothing that it does not know, and never becomes a peer.
    if (remoteId === ownId) return undefined;
    const unwelcome = objectionToId(policy, remoteId);
    if (unwelcome) return unwelcome;
    this.#provedUnknownKey = role === 'listener' && proof !== undefined && !this.#networkKey;
    if (role === 'dialer' && this.#networkKey && !isProven(this.#networkKey)) return 'ERR_NETWORK_KEY';
    return this.#objection();
  }

  /** What access as it is now has against the other side, which has proven what it could. */
  #objection(): RefusalCode | undefined {
    const { ownId, remoteId, access } = this.#options;
    if (remoteId === ownId) return undefined;
    return objectionTo(access(), { remoteId, ...(this.#networkKey && { networkKey: this.#networkKey }) });
  }

  #refuse(code: RefusalCode): AuthenticationStep {
    this.#over = true;
    return { kind: 'refused', code, reply: formatGreetingFrame({ type: 'refuse', code }) };
  }

  #done(reply: string | undefined, greeting: Greeting): AuthenticationStep {
    this.#over = true;
    return { kind: 'done', reply, greeting };
  }
}
