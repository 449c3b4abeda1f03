import { LanpeerError, type LanpeerErrorCode } from '../../src/errors.ts';

/** The code of the error that a function throws, `undefined` if it returns; anything but a LanpeerError is thrown on. */
export function codeOf(run: () => unknown): LanpeerErrorCode | undefined {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof LanpeerError) return thrown.code;
    throw thrown;
  }
  return undefined;
}
