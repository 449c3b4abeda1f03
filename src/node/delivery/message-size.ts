import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { MessageKind } from '../../protocol/frame-types.ts';
import { countItems } from '../../protocol/message.ts';
import type { MessageSize } from '../../protocol/message-session/remote-session.ts';
import type { Payload } from '../../protocol/payload.ts';

/**
 * Throws `ERR_TOO_LARGE` for what the peer would not accept: its link would end, again and again.
 *
 * @param items Most values that this node puts into a message.
 */
export function checkFits(kind: MessageKind, payload: Payload, items: number, accepted: MessageSize): void {
  const { byteLength } = payload;
  const bytes = kind === 'volatile' ? Math.min(accepted.bytes, limits.messages.volatileBytes) : accepted.bytes;
  if (byteLength > bytes)
    throw new LanpeerError('ERR_TOO_LARGE', `It has ${byteLength} bytes; the peer takes ${bytes}.`);
  // A value has a byte at least.
  if (kind === 'failure' || accepted.items >= items || accepted.items >= byteLength) return;
  const count = countItems(kind === 'volatile' ? 'message' : kind, payload);
  if (count > accepted.items)
    throw new LanpeerError('ERR_TOO_LARGE', `It has ${count} values; the peer takes ${accepted.items}.`);
}
