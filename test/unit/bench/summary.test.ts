import { describe, expect, it } from 'vitest';
import { nativeOf } from '../../../bench/support/memory.ts';
import type { PartResult, RowResult } from '../../../bench/support/part.ts';
import { merged, resultOf } from '../../../bench/support/result.ts';
import { percentile } from '../../../bench/support/statistics.ts';
import { show, showSummary, summarise } from '../../../bench/support/summary.ts';
import { cellsOf, printPart } from '../../../bench/support/table.ts';

const row: RowResult = {
  key: 'ms',
  title: 'time',
  unit: 'ms',
  better: 'less',
  values: { ours: [4, 30, 8], raw: [2, 10, 8] },
};
const part: PartResult = {
  name: 'any',
  title: 'Any',
  seconds: 3,
  load: [0.1, 1.5],
  rows: [row],
  bases: { ours: 'raw' },
  notes: ['other was not measured: it is not installed'],
};

describe('percentile', () => {
  it('takes the nearest rank, and nothing of nothing', () => {
    expect([0, 50, 75, 99, 100].map((p) => percentile([3, 1, 2, 4], p))).toEqual([1, 2, 3, 4, 4]);
    expect(percentile([], 50)).toBeNaN();
  });
});

describe('a summary', () => {
  it('has the median, the spread, and the median of the ratios within each round', () => {
    expect(summarise(row, 'ours', 'raw')).toEqual({ median: 8, least: 4, most: 30, ratio: 2 });
  });

  it('has no ratio without a base, and is none without values', () => {
    expect(summarise(row, 'raw')).toEqual({ median: 8, least: 2, most: 10 });
    expect(summarise(row, 'nobody')).toBeUndefined();
  });

  it('is shown with three digits', () => {
    expect([0, 0.012_345, 9.999, 123.4, 1_234_567].map(show)).toEqual(['0', '0.0123', '10', '123', '1,230,000']);
    expect(showSummary({ median: 8, least: 4, most: 30, ratio: 2 })).toBe('8 (4–30), × 2');
    expect(showSummary({ median: 8, least: 8, most: 8 })).toBe('8');
  });
});

describe('the table of a part', () => {
  it('has a line for each subject and a column for each row that was measured', () => {
    const empty: RowResult = { ...row, key: 'none', values: {} };
    expect(cellsOf({ ...part, rows: [row, empty] })).toEqual([
      ['', 'time, ms'],
      ['ours', '8 (4–30), × 2'],
      ['raw', '8 (2–10)'],
    ]);
  });

  it('is printed with its load, aligned, with what is missing', () => {
    expect(printPart(part).split('\n')).toEqual([
      'Any (3 s, load 0.1 to 1.5)',
      '       time, ms',
      'ours   8 (4–30), × 2',
      'raw    8 (2–10)',
      'other was not measured: it is not installed',
    ]);
  });
});

describe('a result', () => {
  const options = { rounds: 3, quick: false, lossPercent: 0 };

  it('says when and where it was measured, and survives JSON', () => {
    const result = resultOf(options, 12.3, [{ ...part, rows: [{ ...row, values: { ours: [1.234_567_8] } }] }]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(result).toMatchObject({ ...options, seconds: 12, machine: { node: process.version } });
    expect(result.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(result.parts[0]?.rows[0]?.values).toEqual({ ours: [1.234_6] });
  });

  it('takes the place of the same parts of an older one', () => {
    const older = resultOf(options, 1, [part, { ...part, name: 'kept' }]);
    const newer = resultOf(options, 1, [
      { ...part, title: 'Again' },
      { ...part, name: 'new' },
    ]);
    const titles = merged(older, newer).parts.map(({ name, title }) => `${name} ${title}`);
    expect(titles).toEqual(['any Again', 'kept Any', 'new Any']);
  });
});

describe('the memory of native code', () => {
  it('is the resident part of the heap of the C library', () => {
    const smaps = [
      '00400000-00401000 r-xp 00000000 08:01 1    /usr/bin/node',
      'Size:                  4 kB',
      'Rss:                   4 kB',
      '0a000000-0b000000 rw-p 00000000 00:00 0    [heap]',
      'Size:              16384 kB',
      'KernelPageSize:        4 kB',
      'Rss:                 120 kB',
      '7f000000-7f001000 rw-p 00000000 00:00 0',
      'Rss:                   8 kB',
    ].join('\n');
    expect(nativeOf(smaps)).toBe(120 * 1_024);
    expect(nativeOf('')).toBeUndefined();
  });
});
