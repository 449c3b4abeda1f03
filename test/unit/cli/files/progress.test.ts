import { expect, test } from 'vitest';
import { stripped } from '../../../../src/cli/files/columns.ts';
import { namesInWords, progressLine, Rate } from '../../../../src/cli/files/progress.ts';
import { bytesInWords, filesInWords, timeInWords } from '../../../../src/cli/files/units.ts';
import type { FileTransfer } from '../../../../src/files/transfers.ts';

const transfer: FileTransfer = {
  number: 1,
  direction: 'send',
  peerId: 'a'.repeat(52),
  state: 'moving',
  names: ['photos'],
  items: 1,
  files: 3,
  bytes: 2_000_000,
  filesDone: 1,
  bytesDone: 500_000,
  keptBytes: 0,
  since: 0,
  code: null,
  resumable: true,
};

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1.00 kB'],
  [9_994, '9.99 kB'],
  [9_995, '10.0 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [1_234_567_890, '1.23 GB'],
  [Number.MAX_SAFE_INTEGER, '9.01 PB'],
])('%i bytes are %s', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});

test.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [3_599, '59 min 59 s'],
  [3_600, '1 h 0 min'],
  [90_000, '1 d 1 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(timeInWords(seconds)).toBe(words);
});

test('a line says how much there is, how fast it goes and how long it will take', () => {
  expect(progressLine(transfer, 100_000, 200)).toBe(
    '[#####...............] 25 %  500 kB of 2.00 MB  1 of 3 files  100 kB/s  15 s left  photos',
  );
  expect(progressLine({ ...transfer, bytes: null, files: 1 }, 1_000, 200)).toBe('500 kB  1.00 kB/s  photos');
  expect(progressLine({ ...transfer, bytes: 0, bytesDone: 0, files: 1 }, undefined, 200)).toBe(
    '[####################] 100 %  0 bytes of 0 bytes  photos',
  );
  expect(progressLine({ ...transfer, state: 'waiting', items: 4 }, undefined, 200)).toBe(
    'waits for an answer  photos and 3 more',
  );
  expect(progressLine({ ...transfer, bytesDone: 1_999_999 }, undefined, 30)).toBe('[###################.] 99 % …');
});

test('a line never reaches the last column, whatever is in the name', () => {
  for (const name of ['写真'.repeat(50), '📷'.repeat(50), 'é'.repeat(99), 'x'.repeat(99)])
    for (const columns of [1, 2, 20, 60, 79, 80]) {
      const line = progressLine({ ...transfer, names: [name], files: 1, state: 'waiting' }, undefined, columns);
      const wide = [...line].filter((one) => /[写真📷]/u.test(one)).length;
      expect([...line].length + wide).toBeLessThanOrEqual(Math.max(1, columns));
    }
  expect(stripped('abc', 4)).toBe('abc');
  expect(stripped('abcd', 4)).toBe('ab…');
});

test('a rate is that of the last seconds, without what was there before', () => {
  const rate = new Rate();
  expect(rate.perSecond).toBeUndefined();
  const kept = { ...transfer, keptBytes: 400_000 };
  for (let at = 0; at <= 20; at += 1) rate.add(at * 1_000, { ...kept, bytesDone: 400_000 + at * 1_000 });
  expect(rate.perSecond).toBeCloseTo(1_000);
  for (let at = 21; at <= 30; at += 1) rate.add(at * 1_000, { ...kept, bytesDone: 420_000 + (at - 20) * 10_000 });
  expect(rate.perSecond).toBeCloseTo(10_000);
  // Another attempt begins with what is there.
  rate.add(31_000, { ...kept, bytesDone: 400_000 });
  expect(rate.perSecond).toBeUndefined();
});

test('few words name what is sent', () => {
  expect(namesInWords({ names: [], items: 0 })).toBe('nothing');
  expect(namesInWords({ names: ['a', 'b'], items: 2 })).toBe('a and 1 more');
  expect([filesInWords(0), filesInWords(1), filesInWords(2)]).toEqual(['0 files', '1 file', '2 files']);
});
