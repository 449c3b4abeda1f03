import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';

/**
 * JSON with bytes: a `Uint8Array` travels as `{"$bytes":"<base64>"}`; an object of the user's that has a key `$bytes` or
 * `$escape` travels as `{"$escape":{…}}`, so that everything comes back as it went in.
 */

const marks = ['$bytes', '$escape'];
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The value as plain JSON. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  if (!isObject(value)) return value;
  const fields = mapValues(value, toJson);
  return marks.some((mark) => Object.hasOwn(value, mark)) ? { $escape: fields } : fields;
}

/**
 * The value behind plain JSON. Throws {@link LanpeerError} `ERR_DATA` for a `$bytes` or `$escape` that is not well
 * formed, and for a value that is too deep to be carried.
 */
export function fromJson(value: unknown, depth = 0): unknown {
  if (!isObject(value)) return value;
  // No message may be deeper. Here it also keeps a hostile line from using up the stack.
  if (depth > limits.messages.depth) throw new LanpeerError('ERR_DATA', 'The data is nested too deep.');
  const below = (one: unknown): unknown => fromJson(one, depth + 1);
  if (Array.isArray(value)) return value.map(below);
  const mark = marks.find((one) => Object.hasOwn(value, one));
  if (mark === undefined) return mapValues(value, below);
  const inner = value[mark];
  const alone = Object.keys(value).length === 1;
  if (alone && mark === '$bytes' && typeof inner === 'string' && base64.test(inner))
    return new Uint8Array(Buffer.from(inner, 'base64'));
  if (alone && mark === '$escape' && isObject(inner) && !Array.isArray(inner)) return mapValues(inner, below);
  throw new LanpeerError(
    'ERR_DATA',
    `An object with the key ${mark} has no other key, and a value that belongs to it.`,
  );
}

function mapValues(fields: Fields, map: (value: unknown) => unknown): Record<string, unknown> {
  // fromEntries defines the keys, so that one named __proto__ is a key like any other.
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, map(value)]));
}
