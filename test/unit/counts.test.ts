import { describe, expect, it } from 'vitest';
import { Counters } from '../../scripts/counts/counters.ts';
import { deviationOf, judge, medianOf, record, toleranceOf } from '../../scripts/counts/judge.ts';
import { readRecording } from '../../scripts/counts/recording.ts';
import { createWebSocketParser, type WebSocketFrame } from '../../scripts/counts/web-socket-parser.ts';

const runsOf = (...values: readonly number[]) => values.map((writes) => ({ writes }));
const recordedOf = (...values: readonly number[]) => {
  const [one] = record(runsOf(...values));
  if (!one) throw new Error('Nothing was recorded.');
  return one;
};

describe('a recording', () => {
  it('has the median of all runs, the least and the most', () => {
    expect(recordedOf(10, 12, 11)).toMatchObject({ name: 'writes', median: 11, least: 10, most: 12 });
    expect(medianOf([4, 1, 3, 2])).toBe(2.5);
  });

  it('does not use a count whose spread hides a regression of 15 %', () => {
    expect(recordedOf(100, 104, 96).isUsed).toBe(true);
    expect(recordedOf(100, 105, 100).isUsed).toBe(false);
    expect(recordedOf(100, 100, 95).isUsed).toBe(false);
  });

  it('uses a count that was 0 in all runs, and none that was 0 in most', () => {
    expect(recordedOf(0, 0, 0).isUsed).toBe(true);
    expect(recordedOf(0, 0, 1).isUsed).toBe(false);
  });

  it('takes a count for 0 in a run that does not have it', () => {
    expect(record([{ writes: 1 }, {}, {}])).toMatchObject([{ median: 0, least: 0, most: 1, isUsed: false }]);
  });
});

describe('the verdict', () => {
  const recorded = recordedOf(100, 104, 99);

  it('allows twice the largest distance of a recorded run from the median', () => {
    expect(deviationOf(recorded)).toBeCloseTo(0.04);
    expect(toleranceOf(recorded)).toBeCloseTo(0.08);
    expect(judge(recorded, 108)).toBe('same');
    expect(judge(recorded, 108.1)).toBe('worse');
    expect(judge(recorded, 92)).toBe('same');
    expect(judge(recorded, 91.9)).toBe('better');
  });

  it('allows 5 % where all runs were the same, and nothing where all had 0', () => {
    expect(judge(recordedOf(50, 50, 50), 52.5)).toBe('same');
    expect(judge(recordedOf(50, 50, 50), 52.6)).toBe('worse');
    expect(judge(recordedOf(0, 0, 0), 0)).toBe('same');
    expect(judge(recordedOf(0, 0, 0), 0.001)).toBe('worse');
  });

  it('fails 15 % more for every count that is used, and one more where the count is 0', () => {
    const used = Object.entries(readRecording().used);
    expect(used.length).toBeGreaterThan(30);
    for (const [name, one] of used) {
      expect(judge(one, one.median), name).toBe('same');
      expect(judge(one, one.median === 0 ? 1 : one.least * 1.15), name).toBe('worse');
    }
  });
});

describe('planted regressions', () => {
  it('repeat 15 of 100, spread evenly', () => {
    const counters = new Counters(true);
    const due = Array.from({ length: 100 }, () => counters.isDueAgain('writes'));
    expect(due.filter(Boolean)).toHaveLength(15);
    expect(due.slice(0, 20).filter(Boolean)).toHaveLength(3);
  });

  it('are not there unless asked for', () => {
    const counters = new Counters(false);
    expect(Array.from({ length: 100 }, () => counters.isDueAgain('writes')).some(Boolean)).toBe(false);
  });
});

describe('the parser of WebSocket frames', () => {
  const head = Buffer.from('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n');
  const short = Buffer.from([0x81, 2, 0x68, 0x69]);
  const masked = Buffer.from([0x82, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2]);
  const long = Buffer.concat([Buffer.from([0x82, 126, 1, 0]), Buffer.alloc(256, 7)]);

  it.each([1, 3, 1_000])('finds each frame in pieces of %i bytes', (size) => {
    const frames: WebSocketFrame[] = [];
    const parse = createWebSocketParser((frame) => void frames.push(frame));
    const bytes = Buffer.concat([head, short, masked, long]);
    for (let at = 0; at < bytes.length; at += size) parse(bytes.subarray(at, at + size));
    expect(frames.map(({ opcode, payload }) => [opcode, payload.length])).toEqual([
      [1, 2],
      [2, 2],
      [2, 256],
    ]);
    expect(frames.slice(0, 2).map(({ payload }) => payload.toString())).toEqual(['hi', 'hi']);
  });
});
