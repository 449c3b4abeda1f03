import type { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { printable } from '../../util/printable.ts';
import { placeOf } from '../../util/thrown.ts';

/** `process.emitWarning`, which programs may replace. */
export type EmitWarning = (
  message: string,
  options: { readonly type: string; readonly code: string; readonly detail: string },
) => void;

const howToListen =
  'Printed once for each kind, without a listener: node.errors$.subscribe(…), or the option logger, tells of every fault.';

/**
 * Prints faults without a listener, once for each kind: the author of a handler that throws should not have to guess.
 *
 * @param name Name of the node.
 */
export function createWarnings(
  name: string,
  emit: EmitWarning = (message, options) => process.emitWarning(message, options),
): (error: LanpeerError, kind: string) => void {
  const printed = new Set<string>();
  return (error, kind) => {
    if (printed.has(kind) || printed.size >= limits.warnings.kinds) return;
    printed.add(kind);
    try {
      const place = placeOf(error.cause);
      emit(`${printable(name)}: ${printable(error.message)}`, {
        type: 'LanpeerWarning',
        code: error.code,
        detail: `${place === undefined ? '' : `At ${place}. `}${howToListen}`,
      });
    } catch {
      // Programs may put a function of theirs there; what it throws has nowhere to go.
    }
  };
}
