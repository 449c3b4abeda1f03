import { asLanpeerError, LanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Delivery } from './delivery.ts';
import type { Outbox } from './outbox.ts';

/** Where what is sent to that peer is accepted. Throws `ERR_NO_PEER`. */
export function outboxOf(delivery: Pick<Delivery, 'find'>, id: DeviceId): Outbox {
  const mailbox = delivery.find(id);
  if (!mailbox) throw new LanpeerError('ERR_NO_PEER');
  return mailbox.outbox;
}

/** The result of one peer of several where that is an error. */
export const failedResult = (thrown: unknown): { readonly ok: false; readonly error: LanpeerError } => ({
  ok: false,
  error: asLanpeerError(thrown, 'ERR_INTERNAL'),
});
