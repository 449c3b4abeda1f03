import { LanpeerError } from '../../../errors.ts';
import { type AccessPolicy, acceptsKey, networkKeysOf } from '../../../protocol/access.ts';
import { networkTag } from '../../../protocol/network-key.ts';
import type { DialTarget, SignallingSession } from '../port.ts';

/** The key that the device announces comes first. An announcement proves nothing, so the others follow in their order. */
function orderOf(keys: readonly Uint8Array[], tag: string | null | undefined): readonly Uint8Array[] {
  if (keys.length < 2) return keys;
  const announced = keys.find((key) => networkTag(key) === tag);
  return announced ? [announced, ...keys.filter((key) => key !== announced)] : keys;
}

/** The other end may accept another key of this side. */
const isRefusedKey = (thrown: unknown): boolean => thrown instanceof LanpeerError && thrown.code === 'ERR_NETWORK_KEY';

/**
 * Dials once with each network key of this side, at once, for as long as the one before is refused with
 * `ERR_NETWORK_KEY`. Rejects with what the last dial rejects with.
 * @param access Called before each dial: a key that was dropped meanwhile is not proven any more.
 */
export async function dialWithKeys(
  access: () => AccessPolicy,
  { networkTag: tag, signal }: Pick<DialTarget, 'networkTag' | 'signal'>,
  dial: (key: Uint8Array | undefined) => Promise<SignallingSession>,
): Promise<SignallingSession> {
  const [first, ...others] = orderOf(networkKeysOf(access()), tag);
  try {
    return await dial(first);
  } catch (thrown) {
    let last: unknown = thrown;
    for (const key of others) {
      if (!isRefusedKey(last) || signal.aborted) break;
      if (!acceptsKey(access(), key)) continue;
      try {
        return await dial(key);
      } catch (next) {
        last = next;
      }
    }
    throw last;
  }
}
