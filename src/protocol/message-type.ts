const typePattern = /^[A-Za-z0-9_.:/-]{1,64}$/;

/** The one that fitted last: messages of one type come in numbers, and the pattern costs more than a comparison. */
let lastType = 'x';

export function isMessageType(value: unknown): value is string {
  if (value === lastType) return true;
  if (typeof value !== 'string' || !typePattern.test(value)) return false;
  lastType = value;
  return true;
}
