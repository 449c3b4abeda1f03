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

/** The value behind plain JSON. Throws for a `$bytes` or `$escape` that is not well formed. */
export function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const mark = marks.find((one) => Object.hasOwn(value, one));
  if (mark === undefined) return mapValues(value, fromJson);
  const inner = value[mark];
  if (keys.length === 1 && mark === '$bytes' && typeof inner === 'string' && base64.test(inner))
    return new Uint8Array(Buffer.from(inner, 'base64'));
  if (keys.length === 1 && mark === '$escape' && isObject(inner) && !Array.isArray(inner))
    return mapValues(inner, fromJson);
  throw new Error(`an object with the key ${mark} has no other key, and a value that belongs to it`);
}

function mapValues(fields: Fields, map: (value: unknown) => unknown): Record<string, unknown> {
  // fromEntries defines the keys, so that one named __proto__ is a key like any other.
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, map(value)]));
}
