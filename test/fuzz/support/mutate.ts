import type { SeededRandom } from '../../../src/testing/simulation/seeded-random.ts';

const interesting = [
  0, 1, 0x1f, 0x20, 0x22, 0x2f, 0x3a, 0x40, 0x5b, 0x7f, 0x80, 0x81, 0x9b, 0xa0, 0xbb, 0xc0, 0xdb, 0xf7, 0xfb, 0xff,
];

type Mutation = (bytes: Buffer, random: SeededRandom, other: Buffer) => Buffer;

/** A part of the bytes: where it begins and ends. */
function part(bytes: Uint8Array, { integer }: SeededRandom): readonly [number, number] {
  const from = integer(0, bytes.byteLength);
  return [from, integer(from, Math.min(bytes.byteLength, from + 32))];
}

const splice = (bytes: Buffer, from: number, to: number, insert: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(to)]);

const mutations: readonly Mutation[] = [
  // Another byte, another bit, one more or less.
  (bytes, { integer }) => {
    if (bytes.byteLength > 0) bytes[integer(0, bytes.byteLength - 1)] = integer(0, 255);
    return bytes;
  },
  (bytes, { integer, pick }) => {
    if (bytes.byteLength > 0) bytes[integer(0, bytes.byteLength - 1)] = pick(interesting) ?? 0;
    return bytes;
  },
  (bytes, { integer }) => {
    const at = integer(0, Math.max(0, bytes.byteLength - 1));
    if (bytes.byteLength > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << integer(0, 7));
    return bytes;
  },
  (bytes, { integer, bool }) => {
    const at = integer(0, Math.max(0, bytes.byteLength - 1));
    if (bytes.byteLength > 0) bytes[at] = (bytes[at] ?? 0) + (bool(0.5) ? 1 : -1);
    return bytes;
  },
  // A part is gone, stands twice, many times, or elsewhere.
  (bytes, random) => splice(bytes, ...part(bytes, random), new Uint8Array()),
  (bytes, random) => {
    const [from, to] = part(bytes, random);
    return splice(bytes, to, to, bytes.subarray(from, to));
  },
  (bytes, random) => {
    const [from, to] = part(bytes, random);
    const again = Array.from({ length: random.integer(2, 200) }, () => bytes.subarray(from, to));
    return splice(bytes, to, to, Buffer.concat(again));
  },
  (bytes, random) => {
    const [from, to] = part(bytes, random);
    const at = random.integer(0, bytes.byteLength);
    return splice(bytes, at, at, bytes.subarray(from, to));
  },
  // A part of another input; one behind the other; cut off.
  (bytes, random, other) => {
    const [from, to] = part(other, random);
    return splice(bytes, ...part(bytes, random), other.subarray(from, to));
  },
  (bytes, _, other) => Buffer.concat([bytes, other]),
  (bytes, { integer }) => bytes.subarray(0, integer(0, bytes.byteLength)),
  // Random bytes.
  (bytes, random) =>
    splice(
      bytes,
      ...part(bytes, random),
      Uint8Array.from({ length: random.integer(1, 16) }, () => random.integer(0, 255)),
    ),
  // A number written in digits becomes another one.
  (bytes, { pick }) => {
    const odd = pick(['0', '-1', '1e999', '9007199254740993', '4294967296', '1.5', 'NaN', '']) ?? '';
    return Buffer.from(bytes.toString('latin1').replace(/\d+/, odd), 'latin1');
  },
];

/** Another input, made of these by one mutation or several. Words of the format go in as they are. */
export function mutate(
  corpus: readonly Buffer[],
  words: readonly Buffer[],
  mostBytes: number,
  random: SeededRandom,
): Buffer {
  let bytes: Buffer = Buffer.from(random.pick(corpus) ?? Buffer.alloc(0));
  const other = random.pick(corpus) ?? bytes;
  for (let left = random.integer(1, 5); left > 0; left -= 1) {
    const word = random.bool(0.15) ? random.pick(words) : undefined;
    if (word) bytes = splice(bytes, ...part(bytes, random), word);
    else bytes = random.pick(mutations)?.(Buffer.from(bytes), random, other) ?? bytes;
    if (bytes.byteLength > mostBytes) bytes = bytes.subarray(0, mostBytes);
  }
  return bytes;
}
