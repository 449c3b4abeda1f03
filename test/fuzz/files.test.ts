import { win32 } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { expect, test } from 'vitest';
import { LanpeerError } from '../../src/errors.ts';
import { decodeEntry } from '../../src/files/entry.ts';
import { FrameReader } from '../../src/files/frame-reader.ts';
import { frameOfNumbers, frameTypes, numberAt } from '../../src/files/frames.ts';
import { decodeRecord, noHash, recordBytes, recordOf } from '../../src/files/journal.ts';
import { localNames } from '../../src/files/names.ts';
import { decodeOffer, encodeOffer } from '../../src/files/offer.ts';
import { limits } from '../../src/limits.ts';
import { decodeOpeningData, encodeOpeningData } from '../../src/protocol/byte-stream/opening.ts';
import { begin, end, file, fileEnd, folder, offerOf, piece, wholeFile } from '../support/raw-sender.ts';
import { fuzz, outcomeOf } from './support/fuzz.ts';

const { entries, nameBytes, pathBytes, depth } = limits.files;
const log = (value: number): number => Math.ceil(Math.log2(1 + value));

test('what opens a stream with files', () =>
  fuzz({
    name: 'offer',
    samples: [offerOf(), offerOf({ bytes: null, resumable: false }), offerOf({ items: 1_000, entries: 1_000 })]
      .map((offer) => encodeOpeningData(encodeOffer(offer)))
      .concat(encodeOpeningData({ version: 2 })),
    words: [Uint8Array.of(0x67, ...Buffer.from('version')), Uint8Array.of(0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0)],
    mostBytes: limits.streams.openBytes,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL', 'ERR_OFFER', 'ERR_VERSION'],
        () => decodeOffer(decodeOpeningData(input)),
        (offer) => {
          expect(decodeOffer(encodeOffer(offer))).toEqual(offer);
          expect(offer.entries).toBeLessThanOrEqual(entries);
          return `${log(offer.entries)} ${log(offer.files)} ${offer.bytes === null} ${offer.names.length}`;
        },
      ),
  }));

/** What holds for every path that is taken: on no system it leads out of the folder that it is joined to. */
function checkPath(names: readonly string[]): void {
  expect(names.length).toBeLessThanOrEqual(depth);
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    const local = localNames(names, platform);
    expect(local[0]).not.toMatch(/^\./);
    for (const name of local) {
      expect(name).not.toMatch(/^$|^\.\.?$|[\0/\p{Cc}]/u);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(nameBytes + 1);
      if (platform === 'win32') expect(name).not.toMatch(/[\\:*?"<>|]|[. ]$/);
    }
    expect(win32.join('C:\\in', ...localNames(names, 'win32'))).toMatch(/^C:\\in\\/);
  }
}

/** Reads all frames; says which there were. */
async function readAll(input: Uint8Array): Promise<string> {
  const reader = new FrameReader(ReadableStream.from([input.subarray(0, 7), input.subarray(7)]));
  const told: string[] = [];
  for (let head = await reader.next(); head; head = await reader.next()) {
    const body = await reader.body(head.length);
    if (head.type === frameTypes.entry) {
      const entry = decodeEntry(body);
      expect(Buffer.byteLength(entry.path)).toBeLessThanOrEqual(pathBytes);
      checkPath(entry.names);
      told.push(`${entry.kind} ${entry.names.length} ${log(entry.size)}`);
    } else told.push(head.length === 8 ? `${head.type} ${log(numberAt(body, 0))}` : `${head.type} ${log(head.length)}`);
  }
  return told.slice(0, 3).join();
}

test('the frames of files', () =>
  fuzz({
    name: 'file-frames',
    samples: [
      Buffer.concat([begin(0), folder('d'), wholeFile('d/é.txt', Buffer.from('0123')), end(2)]),
      Buffer.concat([file('a'.repeat(200), 9), piece(Buffer.alloc(9)), fileEnd(Buffer.alloc(9)), end(1)]),
      wholeFile('stdin', Buffer.alloc(3), 'stream'),
      Buffer.concat([frameOfNumbers(frameTypes.accept, 3, 4), Buffer.alloc(5, frameTypes.stored)]),
    ],
    words: ['../', '/', '\\..\\', 'C:', 'CON.txt', '.', '\u202e', '\0', '\u001b[', 'nul', ' ', '\ufffd'],
    mostBytes: 8_192,
    // What a frame announces is given memory: a piece at most.
    weight: 2 * limits.files.pieceBytes,
    run: async (input) => {
      try {
        return await readAll(input);
      } catch (thrown) {
        if (!(thrown instanceof LanpeerError) || thrown.code !== 'ERR_OFFER') throw thrown;
        return thrown.message.replace(/[\d"].*/s, '').slice(0, 60);
      }
    },
  }));

const records = [
  recordOf({ isFolder: true, size: 0, hash: noHash }),
  recordOf({ isFolder: false, size: 2 ** 40 + 7, hash: Buffer.alloc(32, 7) }),
];

test('what a journal says of an entry', () =>
  fuzz({
    name: 'file-journal',
    samples: [...records, Buffer.alloc(recordBytes), records[0]?.subarray(1) ?? Buffer.alloc(0)],
    words: ['d', 'f', '\0\0\0\0'],
    mostBytes: 64,
    run: (input) => {
      const entry = decodeRecord(Buffer.from(input));
      if (!entry) return 'none';
      expect(recordOf(entry)).toEqual(Buffer.from(input));
      return `${entry.isFolder} ${log(entry.size)}`;
    },
  }));
