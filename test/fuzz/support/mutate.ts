import type { Seeded } from '../../../src/testing/simulation/seeded.ts';

const interesting = [
  0, 1, 0x1f, 0x20, 0x22, 0x2f, 0x3a, 0x40, 0x5b, 0x7f, 0x80, 0x81, 0x9b, 0xa0, 0xbb, 0xc0, 0xdb, 0xf7, 0xfb, 0xff,
];

type Mutation = (bytes: Buffer, chance: Seeded, other: Buffer) => Buffer;

/** A part of the bytes: where it begins and ends. */
function part(bytes: Uint8Array, { between }: Seeded): readonly [number, number] {
  const from = between(0, bytes.byteLength);
  return [from, between(from, Math.min(bytes.byteLength, from + 32))];
}

const splice = (bytes: Buffer, from: number, to: number, insert: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(to)]);

const mutations: readonly Mutation[] = [
  // Another byte, another bit, one more or less.
  (bytes, { between }) => {
    if (bytes.byteLength > 0) bytes[between(0, bytes.byteLength - 1)] = between(0, 255);
    return bytes;
  },
  (bytes, { between, pick }) => {
    if (bytes.byteLength > 0) bytes[between(0, bytes.byteLength - 1)] = pick(interesting) ?? 0;
    return bytes;
  },
  (bytes, { between }) => {
    const at = between(0, Math.max(0, bytes.byteLength - 1));
    if (bytes.byteLength > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << between(0, 7));
    return bytes;
  },
  (bytes, { between, chance }) => {
    const at = between(0, Math.max(0, bytes.byteLength - 1));
    if (bytes.byteLength > 0) bytes[at] = (bytes[at] ?? 0) + (chance(0.5) ? 1 : -1);
    return bytes;
  },
  // A part is gone, stands twice, many times, or elsewhere.
  (bytes, chance) => splice(bytes, ...part(bytes, chance), new Uint8Array()),
  (bytes, chance) => {
    const [from, to] = part(bytes, chance);
    return splice(bytes, to, to, bytes.subarray(from, to));
  },
  (bytes, chance) => {
    const [from, to] = part(bytes, chance);
    const again = Array.from({ length: chance.between(2, 200) }, () => bytes.subarray(from, to));
    return splice(bytes, to, to, Buffer.concat(again));
  },
  (bytes, chance) => {
    const [from, to] = part(bytes, chance);
    const at = chance.between(0, bytes.byteLength);
    return splice(bytes, at, at, bytes.subarray(from, to));
  },
  // A part of another input; one behind the other; cut off.
  (bytes, chance, other) => {
    const [from, to] = part(other, chance);
    return splice(bytes, ...part(bytes, chance), other.subarray(from, to));
  },
  (bytes, _, other) => Buffer.concat([bytes, other]),
  (bytes, { between }) => bytes.subarray(0, between(0, bytes.byteLength)),
  // Bytes of chance.
  (bytes, chance) =>
    splice(
      bytes,
      ...part(bytes, chance),
      Uint8Array.from({ length: chance.between(1, 16) }, () => chance.between(0, 255)),
    ),
  // A number written in digits becomes another one.
  (bytes, { pick }) => {
    const odd = pick(['0', '-1', '1e999', '9007199254740993', '4294967296', '1.5', 'NaN', '']) ?? '';
    return Buffer.from(bytes.toString('latin1').replace(/\d+/, odd), 'latin1');
  },
];

/** Another input, made of these by one mutation or several. Words of the format go in as they are. */
export function mutate(corpus: readonly Buffer[], words: readonly Buffer[], mostBytes: number, chance: Seeded): Buffer {
  let bytes: Buffer = Buffer.from(chance.pick(corpus) ?? Buffer.alloc(0));
  const other = chance.pick(corpus) ?? bytes;
  for (let left = chance.between(1, 5); left > 0; left -= 1) {
    const word = chance.chance(0.15) ? chance.pick(words) : undefined;
    if (word) bytes = splice(bytes, ...part(bytes, chance), word);
    else bytes = chance.pick(mutations)?.(Buffer.from(bytes), chance, other) ?? bytes;
    if (bytes.byteLength > mostBytes) bytes = bytes.subarray(0, mostBytes);
  }
  return bytes;
}
