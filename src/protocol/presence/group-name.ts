import { limits } from '../../limits.ts';
import { isPrintable } from '../../util/printable.ts';

/** A name of a group: a text of 1 to 64 bytes of UTF-8 without control characters and marks that nobody sees. */
export const isGroupName = (value: unknown): value is string =>
  typeof value === 'string' &&
  value !== '' &&
  // A character has one byte at least.
  value.length <= limits.presence.groupNameBytes &&
  value.isWellFormed() &&
  Buffer.byteLength(value) <= limits.presence.groupNameBytes &&
  isPrintable(value);
