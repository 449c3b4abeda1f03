import { expect, test } from 'vitest';
import { decodeEntry, type Entry, entryFrame } from '../../../src/files/entry.ts';
import { FrameReader } from '../../../src/files/frame-reader.ts';
import {
  decodeHead,
  frameOf,
  frameOfNumbers,
  frameTypes,
  headBytes,
  numberAt,
  pieceHead,
} from '../../../src/files/frames.ts';
import { decodeOffer, encodeOffer, type Offer } from '../../../src/files/offer.ts';
import { codeOf } from '../../support/code-of.ts';

/** As in the limits: a test that took them from there would not notice others. */
const [mostEntries, shownNames, shownChars, pieceBytes, hashesPerFrame] = [
  1_000_000, 8, 120, 1_048_576, 1_024,
] as const;

const entries: readonly Entry[] = [
  { kind: 'folder', path: 'a', size: 0, modified: 0 },
  { kind: 'file', path: 'a/é.txt', size: Number.MAX_SAFE_INTEGER, modified: 1_700_000_000_000 },
  { kind: 'stream', path: 'stdin', size: 0, modified: 0 },
];

test.each(entries)('an entry comes as it was: $kind', (entry) => {
  const frame = entryFrame(entry, 7);
  const head = decodeHead(frame.subarray(0, headBytes));
  expect(head).toEqual({ type: frameTypes.entry, length: frame.byteLength - headBytes });
  expect(decodeEntry(frame.subarray(headBytes))).toEqual({ ...entry, names: entry.path.split('/'), from: 7 });
});

test('an entry that cannot be right is refused', () => {
  const body = (change: (body: Buffer) => void, entry = entries[1] as Entry): Buffer => {
    const one = entryFrame(entry).subarray(headBytes);
    change(one);
    return one;
  };
  const bad: readonly Buffer[] = [
    body((one) => one.writeUInt8(3, 0)),
    body((one) => one.writeUInt8(0xff, 1)),
    body((one) => one.writeUInt8(0xff, 9)),
    body((one) => one.writeUInt8(0xff, 21)),
    body((one) => one.writeUInt8(0x2f, 21)),
    body((one) => one.writeUInt8(0x0a, 21)),
    body((one) => one.writeUInt8(1, 8), entries[0]),
    body((one) => one.writeUInt8(1, 8), entries[2]),
  ];
  for (const one of bad) expect(codeOf(() => decodeEntry(one))).toBe('ERR_OFFER');
});

test('the length of a frame is looked at before there is memory for it', () => {
  const head = (type: number, length: number): Uint8Array => {
    const bytes = frameOf(frameTypes.end, 0);
    bytes.writeUInt8(type, 0);
    bytes.writeUInt32BE(length, 1);
    return bytes;
  };
  for (const [type, least, most] of [
    [frameTypes.entry, 22, 4_117],
    [frameTypes.piece, 33, 32 + pieceBytes],
    [frameTypes.hashes, 32, 32 * hashesPerFrame],
    [frameTypes.accept, 16, 16],
  ] as const) {
    expect(decodeHead(head(type, least))).toEqual({ type, length: least });
    expect(decodeHead(head(type, most))).toEqual({ type, length: most });
    expect(codeOf(() => decodeHead(head(type, least - 1)))).toBe('ERR_OFFER');
    expect(codeOf(() => decodeHead(head(type, most + 1)))).toBe('ERR_OFFER');
    expect(codeOf(() => decodeHead(head(type, 2 ** 32 - 1)))).toBe('ERR_OFFER');
  }
  expect(codeOf(() => decodeHead(head(0, 8)))).toBe('ERR_OFFER');
  expect(decodeHead(pieceHead(new Uint8Array(32), 10).subarray(0, headBytes)).length).toBe(42);
});

test('numbers are safe integers', () => {
  const frame = frameOfNumbers(frameTypes.accept, 5, Number.MAX_SAFE_INTEGER).subarray(headBytes);
  expect([numberAt(frame, 0), numberAt(frame, 8)]).toEqual([5, Number.MAX_SAFE_INTEGER]);
  frame.writeBigUInt64BE(2n ** 53n, 8);
  expect(codeOf(() => numberAt(frame, 8))).toBe('ERR_OFFER');
});

const offer: Offer = {
  id: new Uint8Array(32).fill(9),
  entries: 3,
  files: 2,
  bytes: 10,
  names: ['a'],
  items: 1,
  resumable: true,
};

test('an offer comes as it was', () => {
  expect(decodeOffer(encodeOffer(offer))).toEqual(offer);
  const most = {
    ...offer,
    entries: mostEntries,
    items: 9,
    names: Array.from({ length: shownNames }, () => 'x'.repeat(shownChars)),
  };
  expect(decodeOffer(encodeOffer({ ...most, bytes: null }))).toEqual({ ...most, bytes: null });
});

test('an offer that cannot be right is refused', () => {
  const bad: readonly unknown[] = [
    null,
    [],
    'offer',
    {},
    { ...encodeOffer(offer), more: 1 },
    encodeOffer({ ...offer, id: new Uint8Array(31) }),
    encodeOffer({ ...offer, entries: mostEntries + 1 }),
    encodeOffer({ ...offer, files: 4 }),
    encodeOffer({ ...offer, items: 4 }),
    encodeOffer({ ...offer, bytes: -1 }),
    encodeOffer({ ...offer, bytes: 1.5 }),
    encodeOffer({ ...offer, bytes: 2 ** 53 }),
    encodeOffer({ ...offer, names: ['a', 'b'] }),
    encodeOffer({ ...offer, items: 3, names: ['x'.repeat(shownChars + 2)] }),
    encodeOffer({ ...offer, entries: 20, items: 20, names: Array.from({ length: shownNames + 1 }, () => 'a') }),
  ];
  for (const one of bad) expect(codeOf(() => decodeOffer(one))).toBe('ERR_OFFER');
  expect(codeOf(() => decodeOffer({ version: 2, anything: 1 }))).toBe('ERR_VERSION');
});

test('frames are read from chunks of any size, and an end inside of one is an error', async () => {
  const all = Buffer.concat([...entries.map((entry) => entryFrame(entry)), frameOfNumbers(frameTypes.end, 3)]);
  for (const size of [1, 3, 7, 64, all.byteLength]) {
    const chunks = Array.from({ length: Math.ceil(all.byteLength / size) }, (_, at) =>
      all.subarray(at * size, (at + 1) * size),
    );
    const reader = new FrameReader(ReadableStream.from(chunks) as never);
    const types: number[] = [];
    for (let head = await reader.next(); head; head = await reader.next()) {
      types.push(head.type);
      await reader.body(head.length);
    }
    expect(types).toEqual([1, 1, 1, 4]);
  }
  const cut = new FrameReader(ReadableStream.from([all.subarray(0, headBytes + 3)]) as never);
  const head = await cut.next();
  await expect(cut.body(head?.length ?? 0)).rejects.toMatchObject({ code: 'ERR_OFFER' });
});
