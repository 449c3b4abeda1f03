import { type AccessPolicy, mayPair, mayWait } from '../../../protocol/access.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import { type ProofContext, proveKey, verifyProof } from '../../../protocol/proof.ts';

export interface PairingProofOptions {
  readonly remoteId: DeviceId;
  readonly access: () => AccessPolicy;
  /** What this side proves, and what the other one does. */
  readonly own: ProofContext;
  readonly other: ProofContext;
}

/** The proof of an invitation on one session, which each side gives as it gives that of a network key. */
export class PairingProof {
  readonly #options: PairingProofOptions;
  #key: Uint8Array | undefined;

  constructor(options: PairingProofOptions) {
    this.#options = options;
  }

  /** The dialer's, if it takes an invitation of that device. */
  begin(): void {
    const { access, remoteId } = this.#options;
    this.#key = access().invited?.get(remoteId)?.key;
  }

  /** A member of hello or welcome. */
  get member(): { readonly pairing?: string } {
    return this.#key ? { pairing: proveKey(this.#key, this.#options.own) } : {};
  }

  /** What the dialer proves. It makes no difference to one that is let in anyway. */
  claim(pairing: string | undefined): 'ERR_INVITATION' | undefined {
    const { remoteId, access, other } = this.#options;
    if (pairing === undefined) return undefined;
    const policy = access();
    const { invitation } = policy;
    const isProven = invitation !== undefined && verifyProof(invitation.key, other, pairing);
    // A guess changes nothing: neither is the invitation spent, nor is it told what was wrong.
    if (isProven && mayPair(policy, remoteId) && invitation.claim(remoteId)) this.#key = invitation.key;
    else if (mayWait(policy, remoteId)) return 'ERR_INVITATION';
    return undefined;
  }

  /** What the listener proves of the invitation that it gave. */
  accept(pairing: string | undefined): 'ERR_INVITATION' | undefined {
    const { remoteId, access, other } = this.#options;
    const policy = access();
    const invited = policy.invited?.get(remoteId);
    if (!invited || invited.key !== this.#key) return undefined;
    if (verifyProof(invited.key, other, pairing) && mayPair(policy, remoteId)) invited.accept();
    else if (mayWait(policy, remoteId)) return 'ERR_INVITATION';
    return undefined;
  }
}
