import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src/index.ts';
import { guard } from '../../../support/guarded-options.ts';
import { createManualClock } from '../../../support/manual-clock.ts';

const quiet = (): void => undefined;

describe('a random source', () => {
  it('that gives what is no number from 0 to 1 is told of once, and the middle is taken', () => {
    for (const value of [Number.NaN, -0.1, 1, Infinity, '0.5', null, undefined, 1n]) {
      const { config, told } = guard({ random: () => value as number });
      expect([config.random(), config.random(), told.length]).toEqual([0.5, 0.5, 1]);
    }
  });

  it('that throws is told of once', () => {
    const { config, told } = guard({
      random: () => {
        throw new Error('mine');
      },
    });
    expect([config.random(), config.random(), told]).toEqual([0.5, 0.5, ['random threw']]);
  });

  it('is taken as it is otherwise', () => {
    const { config, told } = guard({ random: () => 0.25 });
    expect([config.random(), told]).toEqual([0.25, []]);
  });
});

describe('a clock', () => {
  const clockWith = (more: Partial<Clock>): Clock => ({ ...createManualClock(), ...more });
  const fail = (): never => {
    throw new Error('mine');
  };

  it('that gives what is no time is told of once, and time goes on', () => {
    for (const odd of [fail, () => Number.NaN, () => Infinity, () => '5', () => undefined] as (() => number)[]) {
      const { config, told } = guard({ clock: clockWith({ now: odd, monotonic: odd }) });
      const first = config.clock.monotonic();
      expect(Math.abs(config.clock.now() - Date.now())).toBeLessThan(60_000);
      expect(config.clock.monotonic()).toBeGreaterThanOrEqual(first);
      expect(told.map((text) => text.split(' ')[0])).toEqual(['clock.monotonic', 'clock.now']);
    }
  });

  it('goes on from the last time that could be used, and never back', () => {
    let reading: () => number = () => 1_000;
    const { config, told } = guard({ clock: clockWith({ monotonic: () => reading() }) });
    expect(config.clock.monotonic()).toBe(1_000);
    reading = fail;
    const later = config.clock.monotonic();
    expect(later).toBeGreaterThanOrEqual(1_000);
    expect(later).toBeLessThan(60_000);
    reading = () => 5;
    expect(config.clock.monotonic()).toBe(later);
    reading = () => 90_000;
    expect(config.clock.monotonic()).toBe(90_000);
    expect(told).toEqual(['clock.monotonic threw']);
  });

  it('that sets no timer is told of, and the timer fires all the same', async () => {
    const { config, told } = guard({ clock: clockWith({ setTimeout: fail }) });
    const { promise, resolve } = Promise.withResolvers<void>();
    config.clock.clearTimeout(config.clock.setTimeout(() => resolve(fail()), 0));
    config.clock.setTimeout(resolve, 0);
    await promise;
    expect(told).toEqual(['clock.setTimeout threw']);
  });

  it('that fires at once does not keep a timer that is set again busy for ever', async () => {
    const { config, told } = guard({ clock: clockWith({ setTimeout: (fn) => fn() }) });
    const { promise, resolve } = Promise.withResolvers<void>();
    let left = 3;
    const again = (): void => {
      left -= 1;
      if (left === 0) resolve();
      else config.clock.setTimeout(again, 0);
    };
    config.clock.setTimeout(again, 0);
    expect(left).toBe(3);
    await promise;
    expect(told).toEqual(['clock.setTimeout fired at once a timer of']);
  });

  it('that clears no timer is told of', () => {
    const { config, told } = guard({ clock: clockWith({ clearTimeout: fail }) });
    config.clock.clearTimeout(config.clock.setTimeout(quiet, 1));
    expect(told).toEqual(['clock.clearTimeout threw']);
  });
});
