import type { RefusalCode } from '../../../protocol/greeting.ts';
import type { AuthBackoff } from './auth-backoff.ts';
import type { Authentication } from './authenticate.ts';
import type { ProvenEnd } from './wire.ts';

/** Codes that count as a failed authentication of the dialer. */
const failureCodes: readonly RefusalCode[] = [
  'ERR_NETWORK_KEY',
  'ERR_NOT_ALLOWED',
  'ERR_NOT_TRUSTED',
  'ERR_INVITATION',
  'ERR_IDENTITY_MISMATCH',
  'ERR_PROTOCOL',
];

/** Notes what a dialer that this side refused with that code has failed at, if that is a failure of the dialer. */
export function recordAuthFailure(
  backoff: AuthBackoff,
  { id, address }: ProvenEnd,
  { networkKey, provedUnknownKey }: Authentication,
  code: RefusalCode,
): void {
  if (code === 'ERR_NETWORK_KEY' && provedUnknownKey) backoff.recordUnknownKey(address, id);
  // A key that was dropped here while the peer proved it is no failure of the peer.
  else if (code === 'ERR_NETWORK_KEY' && networkKey !== undefined) return;
  else if (failureCodes.includes(code)) backoff.recordFailure(address, id, code);
}
