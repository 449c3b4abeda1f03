import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { formatPath } from '../../protocol/data-path.ts';
import { settle } from '../../util/thenable.ts';
import { describeThrown } from '../../util/thrown.ts';
import { callbackError } from '../monitoring/error-reporter.ts';
import type { Validate } from '../options/schemas-option.ts';

/** The output of a schema, or why there is none: `ERR_SCHEMA` where the data does not fit, `ERR_HANDLER` where it threw. */
export type Validated = { readonly value: unknown; readonly error?: undefined } | { readonly error: LanpeerError };

/**
 * Runs a schema of the program's; never throws or rejects. A promise only where the schema gave one.
 *
 * @param subject What has that schema, as in "messages of type chat".
 */
export function validate(schema: Validate, data: unknown, subject: string): Validated | Promise<Validated> {
  const threw = (thrown: unknown): Validated => ({ error: callbackError(`The schema of ${subject}`, thrown) });
  let result: unknown;
  try {
    result = schema(data);
  } catch (thrown) {
    return threw(thrown);
  }
  let validated: Validated | undefined;
  let later: PromiseWithResolvers<Validated> | undefined;
  const conclude = (one: Validated): void => {
    if (later) later.resolve(one);
    else validated = one;
  };
  settle(result, {
    fulfilled(settled) {
      try {
        conclude(read(settled, subject));
      } catch (thrown) {
        conclude(threw(thrown));
      }
    },
    rejected: (thrown) => conclude(threw(thrown)),
  });
  if (validated) return validated;
  later = Promise.withResolvers<Validated>();
  return later.promise;
}

/** Throws what the getters of a result throw. */
function read(result: unknown, subject: string): Validated {
  if (typeof result !== 'object' || result === null) throw new TypeError('what it gave back is no result');
  const { issues, value } = result as { readonly issues?: unknown; readonly value?: unknown };
  if (!issues) return { value };
  const list: unknown[] = Array.from(issues as ArrayLike<unknown>);
  const shown = list.slice(0, limits.messages.issues).map(describeIssue);
  const more = list.length > shown.length ? ` (and ${list.length - shown.length} more)` : '';
  return {
    error: new LanpeerError('ERR_SCHEMA', `The data of ${subject} does not fit its schema: ${shown.join('; ')}${more}`),
  };
}

function describeIssue(issue: unknown): string {
  const { path } = issue as { readonly path?: unknown };
  const steps = Array.isArray(path) ? path.slice(0, limits.messages.depth).map(stepOf) : [];
  return `${formatPath('data', steps)}: ${describeThrown(issue)}`;
}

function stepOf(segment: unknown): string | number {
  const key: unknown = typeof segment === 'object' && segment !== null ? (segment as { key?: unknown }).key : segment;
  return typeof key === 'number' ? key : String(key);
}
