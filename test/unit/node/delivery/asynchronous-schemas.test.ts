import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../support/memory-pair.ts';
import { schema, startSchemaPair } from '../../../support/schema-nodes.ts';

describe('an asynchronous schema', () => {
  /** Takes numbers; a promise for each, which the test resolves. */
  function held() {
    const waiting: (() => void)[] = [];
    const slow = schema(
      (value) =>
        new Promise((resolve) =>
          waiting.push(() => resolve(typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] })),
        ),
    );
    return { slow, waiting };
  }
  const fast = v.unknown();

  it('keeps the order in which messages were sent', async () => {
    const { slow, waiting } = held();
    const { clock, a, b } = await startSchemaPair({ slow, fast }, undefined);
    const got: unknown[] = [];
    b.handleAll(({ data }) => got.push(data));
    const sent = [
      a.send(b.id, 'slow', 1),
      a.send(b.id, 'fast', 2),
      a.send(b.id, 'slow', 'none'),
      a.broadcast('slow', 3),
      a.send(b.id, 'fast', 4),
    ].map(outcomeOf);
    for (const at of [2, 1, 0]) {
      await clock.advanceAsync(50);
      expect(got).toEqual([]);
      waiting[at]?.();
    }
    await clock.advanceAsync(200);
    expect(sent.map(({ now }) => now)).toEqual(['resolved', 'resolved', 'ERR_SCHEMA', 'resolved', 'resolved']);
    expect(got).toEqual([1, 2, 3, 4]);
    // Nothing waits any more: this one is accepted within the call.
    const { sent: before } = a.stats().messages;
    void a.send(b.id, 'fast', 5);
    expect(a.stats().messages.sent).toBe(before + 1);
  });

  it('keeps the order in which messages come to handlers', async () => {
    const { slow, waiting } = held();
    const { clock, a, b } = await startSchemaPair(undefined, { slow, fast });
    const got: unknown[] = [];
    b.handleAll(({ data }) => got.push(data));
    for (const [type, data] of [
      ['slow', 1],
      ['fast', 2],
      ['slow', 'none'],
      ['fast', 3],
    ] as const)
      await a.send(b.id, type, data);
    await clock.advanceAsync(200);
    expect([got, waiting.length]).toEqual([[], 1]);
    waiting[0]?.();
    await clock.advanceAsync(200);
    expect([got, waiting.length]).toEqual([[1, 2], 2]);
    waiting[1]?.();
    await clock.advanceAsync(200);
    expect([got, b.stats().messages.invalid]).toEqual([[1, 2, 3], 1]);
  });

  it('when the call is aborted while it waits, lets go of those behind it', async () => {
    const { slow } = held();
    const { clock, a, b } = await startSchemaPair({ slow, fast }, undefined);
    const controller = new AbortController();
    const given = outcomeOf(a.send(b.id, 'slow', 1, { signal: controller.signal }));
    const behind = outcomeOf(a.send(b.id, 'fast', 2));
    await clock.advanceAsync(100);
    expect([given.now, behind.now]).toEqual([undefined, undefined]);
    controller.abort();
    await clock.advanceAsync(100);
    expect([given.now, behind.now]).toEqual(['ERR_ABORTED', 'resolved']);
  });

  it('checks requests and answers', async () => {
    const later = schema(async (value) => (typeof value === 'number' ? { value: value + 1 } : { issues: [] }));
    const plus = { request: later, response: later };
    const { clock, a, b } = await startSchemaPair({ plus }, { plus });
    b.respond('plus', ({ data }) => (data as number) * 10);
    const answers = [a.request(b.id, 'plus', 1), a.request(b.id, 'plus', 'x').catch(({ code }) => code)];
    await clock.advanceAsync(200);
    expect(await Promise.all(answers)).toEqual([21, 'ERR_SCHEMA']);
  });
});
