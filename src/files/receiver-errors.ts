import { errorCodes, LanpeerError, type LanpeerErrorCode } from '../errors.ts';
import type { Offer } from './offer.ts';

/** Codes that a sender is told; for others it hears `ERR_FILE`. Only what is wrong with its offer is told in words. */
const told: readonly LanpeerErrorCode[] = [
  'ERR_OFFER',
  'ERR_OFFER_REFUSED',
  'ERR_DISK_FULL',
  'ERR_BUSY',
  'ERR_VERSION',
  'ERR_ABORTED',
  'ERR_TIMEOUT',
];

/** What came can be gone on with: the same sender has the same files. */
export function isOfUse(thrown: unknown, offer: Offer): boolean {
  if (!(thrown instanceof LanpeerError)) return offer.resumable;
  return offer.resumable && thrown.code !== 'ERR_OFFER' && thrown.remoteCode !== 'ERR_FILE_CHANGED';
}

/** What the system says has paths of this machine in it. */
export function toldError({ code, message }: LanpeerError): LanpeerError {
  if (code === 'ERR_OFFER') return new LanpeerError(code, message);
  const known = told.includes(code) ? code : 'ERR_FILE';
  return new LanpeerError(known, errorCodes[known]);
}
