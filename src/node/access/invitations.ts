import { randomBytes } from 'node:crypto';
import type { Invitation } from '../../api/trust.ts';
import type { Clock } from '../../environment.ts';
import { abortedBy, asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { OpenInvitation, TakenInvitation } from '../../protocol/access.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { formatInvitation, type InvitationFields, pairingKey } from '../../protocol/invitation.ts';
import { onAbort } from '../../util/abort.ts';

export interface InvitationsDeps {
  readonly clock: Clock;
  /** Trusts the device at once, and resolves when that is kept. Never throws. */
  readonly trust: (id: DeviceId) => Promise<void>;
  /** The policy has to be made anew. */
  readonly changed: () => void;
  /** A fault that no call rejects with. */
  readonly report: (error: LanpeerError) => void;
}

/** The one that this node gave, and those that it takes. */
export class Invitations {
  readonly #deps: InvitationsDeps;
  readonly #taken = new Map<DeviceId, TakenInvitation>();
  #open: OpenInvitation | undefined;
  #withdraw: (error: LanpeerError) => void = () => undefined;

  constructor(deps: InvitationsDeps) {
    this.#deps = deps;
  }

  get open(): OpenInvitation | undefined {
    return this.#open;
  }

  get taken(): ReadonlyMap<DeviceId, TakenInvitation> {
    return this.#taken;
  }

  /** Gives one, in place of the one before. */
  give(from: Omit<InvitationFields, 'secret'>, signal: AbortSignal | undefined): Invitation {
    if (signal?.aborted) throw abortedBy(signal);
    const { clock, trust, changed, report } = this.#deps;
    const secret = randomBytes(16);
    const until = clock.monotonic() + limits.invitation.validMs;
    const { promise: claimed, resolve, reject } = Promise.withResolvers<DeviceId>();
    // Whoever only shows the invitation need not wait for it.
    claimed.catch(() => undefined);
    let by: DeviceId | undefined;
    const claim = async (id: DeviceId): Promise<void> => {
      by = id;
      try {
        await trust(id);
        resolve(id);
      } catch (thrown) {
        const error = asLanpeerError(thrown, 'ERR_STATE_DIR');
        report(error);
        reject(error);
      }
    };
    const invitation: OpenInvitation = {
      key: pairingKey(secret),
      claim(id) {
        if (clock.monotonic() >= until) return false;
        // A device that proves it once more has missed the answer.
        if (by === undefined) void claim(id);
        return by === id;
      },
    };
    const end = (error: LanpeerError): void => {
      clock.clearTimeout(timer);
      off();
      if (by === undefined) reject(error);
      if (this.#open !== invitation) return;
      this.#open = undefined;
      changed();
    };
    this.#withdraw(new LanpeerError('ERR_INVITATION', 'A later invitation took its place.'));
    this.#withdraw = end;
    this.#open = invitation;
    const timer = clock.setTimeout(
      () => end(new LanpeerError('ERR_INVITATION', 'The invitation has expired: make another one.')),
      limits.invitation.validMs,
    );
    const off = onAbort(signal, () => {
      if (signal) end(abortedBy(signal));
    });
    changed();
    return { text: formatInvitation({ ...from, secret }), validMs: limits.invitation.validMs, claimed };
  }

  /** Proves an invitation to the device that gave it, until the returned function is called, which waits for what is kept. */
  take({ id, secret }: InvitationFields): () => Promise<void> {
    let kept: Promise<void> = Promise.resolve();
    const taken: TakenInvitation = {
      key: pairingKey(secret),
      accept: () => {
        kept = this.#deps.trust(id);
        kept.catch(() => undefined);
      },
    };
    this.#taken.set(id, taken);
    this.#deps.changed();
    return async () => {
      if (this.#taken.get(id) === taken) {
        this.#taken.delete(id);
        this.#deps.changed();
      }
      await kept;
    };
  }

  /** The run ends. */
  close(): void {
    this.#withdraw(new LanpeerError('ERR_NOT_RUNNING', 'The node was stopped before anybody took the invitation.'));
    this.#taken.clear();
  }
}
