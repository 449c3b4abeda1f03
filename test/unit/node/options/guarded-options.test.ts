import { describe, expect, it } from 'vitest';
import type { InspectionEvent, Observer } from 'xstate';
import type { Logger } from '../../../../src/index.ts';
import { guard } from '../../../support/guarded-options.ts';
import { oddThrown, waysToFail } from '../../../support/odd-values.ts';

const cases = Object.entries(waysToFail).flatMap(([way, fail]) =>
  Object.entries(oddThrown).map(([name, make]) => [way, name, () => fail(make())] as const),
);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const quiet = (): void => undefined;

describe('a logger', () => {
  it.each(cases)('whose methods fail by %s of %s is told of once for each', async (_way, _name, fail) => {
    const logger = { debug: fail, info: fail, warn: fail, error: fail } as Logger;
    const { config, told } = guard({ logger });
    for (const level of ['debug', 'info', 'debug'] as const) config.logger[level]({}, 'text');
    await turn();
    expect(told).toHaveLength(2);
    expect(new Set(told.map((text) => text.split(' ')[0]))).toEqual(new Set(['logger.debug', 'logger.info']));
  });

  it('that lacks methods is told of once for each', () => {
    const lines: string[] = [];
    const logger = { warn: (_: object, text: string) => lines.push(text) } as unknown as Logger;
    const { config, told } = guard({ logger });
    for (const level of ['debug', 'info', 'warn', 'error', 'info'] as const) config.logger[level]({}, level);
    expect(told).toEqual(['debug', 'info', 'error'].map((level) => `logger.${level} is not a function`));
    expect(lines).toEqual(['warn']);
  });

  it('that is a revoked proxy, or has a getter that throws, is told of', () => {
    for (const logger of [oddThrown['a revoked proxy']?.(), oddThrown['a proxy whose traps throw']?.()]) {
      const { config, told } = guard({ logger: logger as Logger });
      config.logger.info({}, 'text');
      expect(told).toEqual(['logger.info threw']);
    }
  });

  it('whose methods are replaced is called by those that are there', () => {
    const lines: string[] = [];
    const logger: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const { config } = guard({ logger });
    logger.info = function (this: unknown, _: object, text: string) {
      if (this === logger) lines.push(text);
    };
    config.logger.info({}, 'text');
    expect(lines).toEqual(['text']);
  });

  it('that fails while its own fault is logged is not told of again and again', () => {
    const fail = (): never => {
      throw new Error('mine');
    };
    const { config, told } = guard({ logger: { debug: fail, info: fail, warn: fail, error: fail } });
    config.faults.add(() => config.logger.warn({}, 'a fault'));
    config.logger.info({}, 'text');
    expect(told).toEqual(['logger.info threw']);
    config.logger.warn({}, 'another');
    expect(told).toEqual(['logger.info threw', 'logger.warn threw']);
  });
});

describe('an inspector', () => {
  const event = {} as InspectionEvent;
  const inspectBy = (inspect: unknown) => {
    const guarded = guard({ inspect: inspect as Observer<InspectionEvent> });
    const { inspect: call } = guarded.config;
    if (typeof call !== 'function') throw new Error('it is a function behind its guard');
    return { ...guarded, call };
  };

  it.each(cases)('that fails by %s of %s is told of once', async (_way, _name, fail) => {
    for (const inspect of [fail, { next: fail }]) {
      const { call, told } = inspectBy(inspect);
      call(event);
      call(event);
      await turn();
      expect(told).toHaveLength(1);
    }
  });

  it('may be an observer without next', () => {
    const { call, told } = inspectBy({});
    call(event);
    expect(told).toEqual([]);
  });

  it('gets every event, as an observer does', () => {
    const seen: unknown[] = [];
    const observer = {
      seen,
      next(one: unknown) {
        this.seen.push(one);
      },
    };
    inspectBy(observer).call(event);
    expect(seen).toEqual([event]);
  });
});

describe('autoConnect', () => {
  const device = {} as never;

  it.each(cases)('that fails by %s of %s is told of each time, and counts as false', async (_way, _name, fail) => {
    const { config, told } = guard({ autoConnect: fail as () => boolean });
    expect([config.autoConnect(device), config.autoConnect(device)]).toEqual([false, false]);
    await turn();
    expect(told).toHaveLength(2);
  });

  it('that gives back no boolean counts as false, and is told of', () => {
    for (const value of [undefined, null, 1, 'true', {}, Promise.resolve(true), new Boolean(true)]) {
      const { config, told } = guard({ autoConnect: (() => value) as unknown as () => boolean });
      expect(config.autoConnect(device)).toBe(false);
      expect(told).toEqual(['autoConnect gave back what is neither true nor false']);
    }
  });

  it('is asked otherwise', () => {
    for (const value of [true, false])
      for (const autoConnect of [value, () => value]) {
        const { config, told } = guard({ autoConnect });
        expect([config.autoConnect(device), told]).toEqual([value, []]);
      }
  });
});
