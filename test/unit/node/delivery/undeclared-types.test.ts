import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startSchemaPair } from '../../../support/schema-nodes.ts';

const chat = z.object({ text: z.string() });
const sum = { request: z.object({ a: z.number(), b: z.number() }), response: z.number() };

describe('a type that is not declared', () => {
  it('is refused at each call', async () => {
    const { a, b } = await startSchemaPair({ chat, sum }, undefined);
    const calls = [
      a.send(b.id, 'other', 1),
      a.send(b.id, 'sum', { a: 1, b: 2 }),
      a.broadcast('other', 1),
      a.request(b.id, 'chat', { text: 'Hi' }),
      a.requestAll('other', 1),
    ];
    const codes = (await Promise.allSettled(calls)).map((one) => one.status === 'rejected' && one.reason.code);
    expect(codes).toEqual(Array(5).fill('ERR_TYPE'));
    expect(() => a.handle('sum', () => undefined)).toThrow(expect.objectContaining({ code: 'ERR_TYPE' }));
    expect(() => a.respond('chat', () => undefined)).toThrow(/declares no request of type chat/);
  });

  it('when it arrives, reaches nobody and is counted', async () => {
    const { clock, a, b, told } = await startSchemaPair(undefined, { chat, sum });
    const got: unknown[] = [];
    b.handleAll(({ data }) => got.push(data));
    b.messages$.subscribe(({ data }) => got.push(data));
    for (const type of ['other', 'sum', '__proto__']) await a.send(b.id, type, 1);
    const answer = a.request(b.id, 'chat', { text: 'Hi' }).catch((error: unknown) => error);
    await clock.advanceAsync(200);
    expect(await answer).toMatchObject({ code: 'ERR_NO_RESPONDER' });
    expect([got, told, b.stats().messages]).toMatchObject([[], [], { received: 0, unhandled: 3, invalid: 0 }]);
  });
});

it('messages and requests to a group are checked as all others', async () => {
  const { clock, a, b } = await startSchemaPair({ chat, sum }, { chat, sum });
  const [here, there] = [a.join('g'), b.join('g')];
  const got: unknown[] = [];
  there.messages$.subscribe(({ data, group }) => got.push([group, data]));
  b.respond('sum', ({ data }) => (data as { a: number; b: number }).a);
  await clock.advanceAsync(2_000);
  const calls = [here.send('chat', { text: 'Hi', more: 1 }), here.send('chat', 7), here.requestAll('sum', { a: 1 })];
  const answer = here.request(b.id, 'sum', { a: 1, b: 2 });
  const codes = Promise.allSettled(calls).then((all) => all.map((one) => one.status === 'rejected' && one.reason.code));
  await clock.advanceAsync(500);
  expect(await codes).toEqual([false, 'ERR_SCHEMA', 'ERR_SCHEMA']);
  expect([got, await answer]).toEqual([[['g', { text: 'Hi' }]], 1]);
});
