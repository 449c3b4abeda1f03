import type { ConnectTarget } from '../../api/peers.ts';
import type { TrustCalls } from '../../api/trust.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import { type DeviceId, isDeviceId } from '../../protocol/device-id.ts';
import { parseInvitation } from '../../protocol/invitation.ts';
import { describe } from '../../validation/describe.ts';
import { optionError, readOptions, textOption } from '../../validation/options.ts';
import { signalOption } from '../../validation/signal-option.ts';
import { safetyNumber } from './safety-number.ts';
import type { Trust } from './trust.ts';

export interface TrustCallsDeps {
  readonly trust: Pick<Trust, 'trust' | 'revoke' | 'invitations'>;
  readonly access: () => AccessPolicy;
  /** Throws `ERR_NOT_RUNNING`. */
  readonly ownId: () => DeviceId;
  readonly port: () => number;
  /** At which others may reach this node. */
  readonly addresses: () => readonly string[];
  readonly connect: (target: ConnectTarget) => Promise<unknown>;
}

/** What programs say of whom the node trusts, checked. */
export function createTrustCalls(deps: TrustCallsDeps): Omit<TrustCalls, 'trusted$' | 'pending$'> {
  const { trust, access, ownId } = deps;

  function ownIdOf(): DeviceId {
    const own = ownId();
    if (!access().firstUse)
      throw optionError("access: trust is for nodes with access: { trust: 'first-use' }, which this node has not.");
    return own;
  }

  function check(id: unknown, own = ownIdOf()): DeviceId {
    if (!isDeviceId(id)) throw optionError(`id: ${describe(id)} is not a device id (52 characters of base32).`);
    if (id === own) throw optionError('id: it is the one of this node itself.');
    return id;
  }

  return {
    async trust(id, options) {
      const checked = check(id);
      const { name } = readOptions('options', options, ['name']);
      await trust.trust(checked, name === undefined ? undefined : parseTrustName(name));
    },
    async revoke(id) {
      await trust.revoke(check(id));
    },
    async safetyNumber(id) {
      const own = ownId();
      return safetyNumber(own, check(id, own));
    },
    invite(options) {
      const id = ownIdOf();
      const signal = signalOf(options);
      const addresses = deps.addresses();
      if (addresses.length === 0) throw new LanpeerError('ERR_NO_ADDRESS', 'This device has no address to invite to.');
      return trust.invitations.give({ id, port: deps.port(), addresses }, signal);
    },
    async pair(text, options) {
      const own = ownIdOf();
      const signal = signalOf(options);
      const invitation = parseInvitation(text);
      const { id, port, addresses } = invitation;
      if (id === own) throw new LanpeerError('ERR_SELF');
      const done = trust.invitations.take(invitation);
      try {
        await connectInvited(() =>
          addresses.map((address) => deps.connect({ address, port, id, ...(signal && { signal }) })),
        );
      } catch (thrown) {
        await done();
        throw thrown;
      }
      await done();
      return id;
    },
  };
}

/**
 * Calls for several addresses share one attempt, which dials them all. It may have begun without the invitation, for a
 * device that was heard before, and is refused then: the next one proves it.
 */
async function connectInvited(begin: () => readonly Promise<unknown>[]): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const calls = begin();
    try {
      await Promise.any(calls).catch(() => calls[0]);
      return;
    } catch (thrown) {
      const isStranger = thrown instanceof LanpeerError && thrown.code === 'ERR_NOT_TRUSTED';
      if (!isStranger || attempt > 0) throw thrown;
    }
  }
}

function signalOf(options: unknown): AbortSignal | undefined {
  const { signal } = readOptions('options', options, ['signal']);
  return signal === undefined ? undefined : signalOption('signal', signal);
}

/** Throws `ERR_OPTION`. */
function parseTrustName(value: unknown): string {
  const what = `a text of 1 to ${limits.discovery.nameBytes} bytes`;
  const name = textOption('name', value, what);
  if (Buffer.byteLength(name) > limits.discovery.nameBytes)
    throw optionError(`name: ${describe(name)} is not ${what}.`);
  return name;
}
