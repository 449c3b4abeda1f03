import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { isBytes } from '../validation/realm.ts';

/**
 * JSON with bytes: a `Uint8Array` travels as `{"$bytes":"<base64>"}`; an object of the user's that has a key `$bytes` or
 * `$escape` travels as `{"$escape":{…}}`, so that everything comes back as it went in.
 */

const marks = ['$bytes', '$escape'];
/** Bytes that are compared with their base64 at a time: a multiple of 3, so that no character speaks of two pieces. */
const pieceBytes = 3 * 2 ** 20;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The value as plain JSON; what is that already is not copied, of which a message may have a hundred thousand. */
export function toJson(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (Array.isArray(value)) return itemsToJson(value);
  if (isBytes(value))
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  const fields = fieldsToJson(value);
  return marks.some((mark) => Object.hasOwn(value, mark)) ? { $escape: fields } : fields;
}

function itemsToJson(items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [at, item] of items.entries()) {
    const plain = toJson(item);
    if (plain === item) continue;
    copy ??= [...items];
    copy[at] = plain;
  }
  return copy ?? items;
}

function fieldsToJson(fields: Fields): Fields {
  const entries = Object.entries(fields);
  let isPlain = true;
  for (const entry of entries) {
    const plain = toJson(entry[1]);
    if (plain === entry[1]) continue;
    entry[1] = plain;
    isPlain = false;
  }
  // fromEntries defines the keys, so that one named __proto__ is a key like any other.
  return isPlain ? fields : Object.fromEntries(entries);
}

/** The bytes behind base64 (RFC 4648 section 4), which is as its encoder writes it; undefined for anything else. */
function decodeBase64(text: string): Uint8Array | undefined {
  // Node skips what is no base64: only what comes out the same again was all of it.
  const bytes = Buffer.from(text, 'base64');
  if (text.length !== 4 * Math.ceil(bytes.byteLength / 3)) return undefined;
  for (let from = 0; from < bytes.byteLength; from += pieceBytes) {
    const again = bytes.toString('base64', from, from + pieceBytes);
    const at = (from / 3) * 4;
    if (text.slice(at, at + again.length) !== again) return undefined;
  }
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
  if (alone && mark === '$bytes' && typeof inner === 'string') {
    const bytes = decodeBase64(inner);
    if (bytes) return bytes;
    throw new LanpeerError('ERR_DATA', '$bytes is not base64 with its padding (RFC 4648 section 4).');
  }
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
