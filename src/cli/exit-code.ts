import type { LanpeerErrorCode } from '../errors.ts';

/** Codes that speak of the command line and not of what happened while running. */
const usageCodes: readonly LanpeerErrorCode[] = [
  'ERR_USAGE',
  'ERR_ACCESS_REQUIRED',
  'ERR_NETWORK_KEY_FORMAT',
  'ERR_OPTION',
];

/** Exit code of a command that failed with that code. */
export const exitCodeOf = (code: LanpeerErrorCode): number => (usageCodes.includes(code) ? 2 : 1);
