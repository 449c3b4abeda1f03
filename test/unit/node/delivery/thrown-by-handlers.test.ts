import { describe, expect, it } from 'vitest';
import { LanpeerError } from '../../../../src/index.ts';
import { outcomeOf, startPairOnMemory } from '../../../support/memory-pair.ts';
import { oddThrown, waysToFail } from '../../../support/odd-values.ts';

const ways = Object.entries(waysToFail);

describe('each value that a callback can throw', { timeout: 30_000 }, () => {
  it.each(ways)('when a handler fails by %s, reports it once, and handles the next message', async (_way, fail) => {
    const { clock, a, b } = await startPairOnMemory();
    const reported: LanpeerError[] = [];
    b.errors$.subscribe((error) => reported.push(error));
    const handled: unknown[] = [];
    const values = Object.values(oddThrown).map((make) => make());
    b.handle('odd', ({ data }) => fail(values[data as number]));
    b.handle('well', ({ data }) => void handled.push(data));
    const outcomes: unknown[] = [];
    for (const no of values.keys()) {
      const receipts = [await a.send(b.id, 'odd', no), await a.send(b.id, 'well', no)];
      await clock.advanceAsync(200);
      outcomes.push(...(await Promise.all(receipts.map(({ delivered }) => delivered))));
    }
    expect(new Set(outcomes)).toEqual(new Set(['delivered']));
    expect(handled).toEqual([...values.keys()]);
    expect(reported.map(({ code }) => code)).toEqual(values.map(() => 'ERR_HANDLER'));
    expect(reported.map(({ cause }, no) => Object.is(cause, values[no]))).toEqual(values.map(() => true));
    for (const { message } of reported) expect(message).toMatch(/^A handler of messages of type odd threw: \P{Cc}+$/u);
    expect(b.stats().messages.handlerErrors).toBe(values.length);
  });

  it.each(ways)('when a responder fails by %s, reports it once, and answers with it', async (_way, fail) => {
    const { clock, a, b } = await startPairOnMemory();
    const reported: LanpeerError[] = [];
    b.errors$.subscribe((error) => reported.push(error));
    const values = Object.values(oddThrown).map((make) => make());
    b.respond('odd', ({ data }) => fail(values[data as number]));
    b.respond('well', ({ data }) => data);
    for (const no of values.keys()) {
      const odd = a.request(b.id, 'odd', no).then(
        () => 'an answer',
        (thrown: unknown) => thrown,
      );
      const well = a.request(b.id, 'well', no);
      await clock.advanceAsync(200);
      const error = await odd;
      if (!(error instanceof LanpeerError)) throw new Error('it rejects with an error of lanpeer');
      expect(typeof error.message).toBe('string');
      expect(await well).toBe(no);
    }
    expect(reported.map(({ code }) => code)).toEqual(values.map(() => 'ERR_HANDLER'));
    expect(b.stats().messages.handlerErrors).toBe(values.length);
  });
});

it('when an answer cannot be carried, reports it as the responder’s error to both sides', async () => {
  const { clock, a, b } = await startPairOnMemory();
  const reported: LanpeerError[] = [];
  b.errors$.subscribe((error) => reported.push(error));
  b.respond('odd', () => 1n as never);
  const answer = outcomeOf(a.request(b.id, 'odd', 1));
  await clock.advanceAsync(1_000);
  expect(answer.now).toBe('ERR_DATA');
  expect(reported).toMatchObject([
    {
      code: 'ERR_HANDLER',
      message: expect.stringContaining('The responder of requests of type odd gave back what cannot be carried: '),
      cause: { code: 'ERR_DATA' },
    },
  ]);
});

it('when a callback passes on an error of lanpeer, reports it as the program’s', async () => {
  const { clock, a, b } = await startPairOnMemory();
  const reported: LanpeerError[] = [];
  b.errors$.subscribe((error) => reported.push(error));
  const fail = (): never => {
    throw new LanpeerError('ERR_BUSY');
  };
  b.handle('odd', fail);
  b.messages$.subscribe(fail);
  b.respond('odd', fail);
  await a.send(b.id, 'odd', 1);
  const answer = outcomeOf(a.request(b.id, 'odd', 1));
  await clock.advanceAsync(1_000);
  expect(answer.now).toBe('ERR_BUSY');
  expect(reported.map(({ code, cause }) => [code, (cause as LanpeerError).code])).toEqual(
    Array.from({ length: 3 }, () => ['ERR_HANDLER', 'ERR_BUSY']),
  );
  expect(b.stats().messages.handlerErrors).toBe(3);
});
