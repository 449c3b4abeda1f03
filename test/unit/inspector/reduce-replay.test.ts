import { describe, expect, it } from 'vitest';
import { recordedLimits } from '../../../src/inspector/model/limits.ts';
import { countUntil, createReplay, lastInUse, seek, transitionFrom } from '../../../src/inspector/model/replay.ts';
import type { TraceEvent } from '../../../src/inspector/model/trace-events.ts';
import { ada, bob, change, dial, hello, reduced, step } from '../../support/trace-events.ts';

const edge = { from: 'new', to: 'connecting', label: 'connect' };
const recording: readonly TraceEvent[] = [
  hello({ live: false }),
  step(1_010, ada, 'new'),
  change(1_020, ada),
  step(1_020, ada, { connecting: { reaching: 'dialing' } }, [edge]),
  dial(1_020, ada),
  // The wall clock was set back.
  change(900, bob),
  step(900, bob, { connecting: { reaching: 'holding' } }, [edge]),
  { t: 'end', at: 2_000 },
];

describe('a recording', () => {
  it('shows at every moment what its trace events until then make', () => {
    const replay = createReplay(recording);
    for (const count of [8, 3, 5, 0, 7, 7, 1])
      expect(seek(replay, count)).toEqual(reduced(recording.slice(0, count), recordedLimits));
  });

  it('has a time that never goes back', () => {
    const { times } = createReplay(recording);
    expect(times).toEqual([1_000, 1_010, 1_020, 1_020, 1_020, 1_020, 1_020, 2_000]);
    expect([999, 1_000, 1_015, 1_020, 9_999].map((at) => countUntil(times, at))).toEqual([0, 1, 2, 7, 8]);
  });

  it('goes from transition to transition, also where several have the same time', () => {
    const replay = createReplay(recording);
    const places: number[] = [];
    for (let count = transitionFrom(replay, 'next'); count !== null; count = transitionFrom(replay, 'next')) {
      seek(replay, count);
      places.push(count);
    }
    expect(places).toEqual([4, 7]);
    expect(transitionFrom(replay, 'previous')).toBe(4);
    seek(replay, 8);
    expect(transitionFrom(replay, 'previous')).toBe(7);
    seek(replay, 5);
    expect(transitionFrom(replay, 'previous')).toBe(4);
    seek(replay, 4);
    expect(transitionFrom(replay, 'previous')).toBeNull();
  });

  it('is in use until the last stop of its node, or to its end', () => {
    const ofNode = (to: string): TraceEvent => ({
      ...step(1_500, ada, to, [{ from: 'stopped', to, label: 'start' }]),
      actor: 'node',
    });
    const [start, stop] = [ofNode('running.active'), ofNode('stopping.flushing')];
    const usedUntil = (...more: readonly TraceEvent[]) => lastInUse(createReplay([...recording.slice(0, 3), ...more]));
    expect(usedUntil()).toBe(3);
    expect(usedUntil(stop, ...recording.slice(3))).toBe(3);
    expect(usedUntil(start, change(1_600, ada), stop, stop)).toBe(5);
    expect(usedUntil(start, stop, start, change(1_600, ada))).toBe(7);
    expect(lastInUse(createReplay([]))).toBe(0);
  });

  it('is made again from its start in little time', () => {
    const many: TraceEvent[] = [hello({ live: false })];
    while (many.length < 100_000) many.push(change(many.length, ada), step(many.length, bob, 'new', [edge]));
    const replay = createReplay(many);
    seek(replay, many.length);
    const start = process.cpuUsage();
    seek(replay, many.length - 1);
    // Far from the time that it takes, near enough to notice that it grew with the square.
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
    expect(replay.model.changes.items.length + replay.model.steps.items.length).toBe(many.length - 2);
  });
});
