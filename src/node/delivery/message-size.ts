import { LanpeerError } from '../../errors.ts';
import { countItems } from '../../protocol/message.ts';
import type { MessageSize } from '../../protocol/session.ts';

/**
 * Throws `ERR_TOO_LARGE` for what the peer would not take: its link would end, again and again.
 *
 * @param items Most values that this node puts into a message.
 */
export function checkFits(
  of: 'message' | 'request' | 'response' | 'failure',
  payload: Uint8Array,
  items: number,
  takes: MessageSize,
): void {
  const { byteLength } = payload;
  if (byteLength > takes.bytes)
    throw new LanpeerError('ERR_TOO_LARGE', `It has ${byteLength} bytes; the peer takes ${takes.bytes}.`);
  // A value has a byte at least.
  if (of === 'failure' || takes.items >= items || takes.items >= byteLength) return;
  const count = countItems(of, payload);
  if (count > takes.items)
    throw new LanpeerError('ERR_TOO_LARGE', `It has ${count} values; the peer takes ${takes.items}.`);
}
