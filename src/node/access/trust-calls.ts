import type { TrustCalls } from '../../api/trust.ts';
import { limits } from '../../limits.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import { type DeviceId, isDeviceId } from '../../protocol/device-id.ts';
import { describe } from '../../validation/describe.ts';
import { optionError, readOptions, textOption } from '../../validation/options.ts';
import type { Trust } from './trust.ts';

export interface TrustCallsDeps {
  readonly trust: Pick<Trust, 'trust' | 'revoke'>;
  readonly access: () => AccessPolicy;
  /** Throws `ERR_NOT_RUNNING`. */
  readonly ownId: () => DeviceId;
}

/** What programs say of whom the node trusts, checked. */
export function createTrustCalls({ trust, access, ownId }: TrustCallsDeps): Pick<TrustCalls, 'trust' | 'revoke'> {
  function check(id: unknown): DeviceId {
    const own = ownId();
    if (!access().firstUse)
      throw optionError("access: trust is for nodes with access: { trust: 'first-use' }, which this node has not.");
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
  };
}

/** Throws `ERR_OPTION`. */
function parseTrustName(value: unknown): string {
  const what = `a text of 1 to ${limits.discovery.nameBytes} bytes`;
  const name = textOption('name', value, what);
  if (Buffer.byteLength(name) > limits.discovery.nameBytes)
    throw optionError(`name: ${describe(name)} is not ${what}.`);
  return name;
}
