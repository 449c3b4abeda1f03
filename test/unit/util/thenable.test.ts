// biome-ignore-all lint/suspicious/noThenProperty: that is what it is about
import { describe, expect, it } from 'vitest';
import { settle } from '../../../src/util/thenable.ts';
import { oddThrown, waysToFail } from '../../support/odd-values.ts';

type Settle = (value: unknown) => void;

/** What was told, and whether there was something to wait for. */
async function outcomeOf(result: unknown): Promise<{ waits: boolean; told: readonly unknown[] }> {
  const told: unknown[] = [];
  const waits = settle(result, {
    fulfilled: (value) => told.push('fulfilled', value),
    rejected: (thrown) => told.push('rejected', thrown),
  });
  await new Promise((resolve) => setImmediate(resolve));
  return { waits, told };
}

describe('what a callback gave back', () => {
  it('is told at once if it is no thenable', async () => {
    for (const value of [undefined, null, 1, 'text', {}, { then: 1 }])
      expect(await outcomeOf(value)).toEqual({ waits: false, told: ['fulfilled', value] });
  });

  it('is waited for as await does', async () => {
    for (const value of [
      Promise.resolve(1),
      { then: (done: Settle) => done(1) },
      { then: (done: Settle) => done(Promise.resolve(1)) },
    ])
      expect(await outcomeOf(value)).toEqual({ waits: true, told: ['fulfilled', 1] });
    const callable = Object.assign(() => undefined, { then: (done: Settle) => done(1) });
    expect(await outcomeOf(callable)).toEqual({ waits: true, told: ['fulfilled', 1] });
  });

  it('settles once, whatever it calls', async () => {
    const both = (first: 0 | 1) => ({
      then(...settlers: readonly Settle[]) {
        settlers[first]?.('first');
        settlers[1 - first]?.('second');
        settlers[first]?.('third');
        throw new Error('after it');
      },
    });
    expect(await outcomeOf(both(0))).toEqual({ waits: true, told: ['fulfilled', 'first'] });
    expect(await outcomeOf(both(1))).toEqual({ waits: true, told: ['rejected', 'first'] });
  });

  it('may not settle', async () => {
    expect(await outcomeOf({ then: () => undefined })).toEqual({ waits: true, told: [] });
  });

  it('reads then once', async () => {
    let reads = 0;
    const thenable = Object.defineProperty({}, 'then', {
      get() {
        reads += 1;
        return (done: Settle) => done(reads);
      },
    });
    expect(await outcomeOf(thenable)).toEqual({ waits: true, told: ['fulfilled', 1] });
  });

  it('that gives itself, at once or later, does not go round for ever', async () => {
    const self = { then: (done: Settle): void => done(self) };
    const { told } = await outcomeOf(self);
    expect(told).toEqual(['rejected', expect.any(TypeError)]);
    const [one, other] = [
      { then: (done: Settle): void => done(other) },
      { then: (done: Settle): void => done(one) },
    ] as [PromiseLike<unknown>, PromiseLike<unknown>];
    expect((await outcomeOf(one)).told).toEqual(['rejected', expect.any(TypeError)]);
  });

  const cases = Object.entries(waysToFail).flatMap(([way, fail]) =>
    Object.entries(oddThrown).map(([name, make]) => [way, name, fail, make] as const),
  );

  it.each(cases.filter(([way]) => way !== 'a throw'))('%s, with %s, is told once', async (_way, _name, fail, make) => {
    const value = make();
    const { told } = await outcomeOf(fail(value));
    expect(told.length).toBe(2);
    expect([told[0], Object.is(told[1], value)]).toEqual(['rejected', true]);
  });
});
