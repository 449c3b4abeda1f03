import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { outcomeOf } from '../../../support/memory-pair.ts';
import { schema, startSchemaPair } from '../../../support/schema-nodes.ts';

const chats = {
  valibot: v.object({ text: v.string(), tags: v.optional(v.array(v.string()), []) }),
  zod: z.object({ text: z.string(), tags: z.array(z.string()).default([]) }),
};
const sum = {
  request: v.object({ a: v.number(), b: v.number() }),
  response: v.pipe(v.number(), v.finite()),
};

describe.each(Object.entries(chats))('a message with a schema of %s', (_, chat) => {
  it('when it fits, reaches handlers and streams as the output of the schema', async () => {
    const { clock, a, b } = await startSchemaPair({ chat }, { chat });
    const got: unknown[] = [];
    b.handle('chat', ({ data }) => got.push(data));
    b.handleAll(({ data }) => got.push(data));
    b.messages$.subscribe(({ data }) => got.push(data));
    await a.send(b.id, 'chat', { text: 'Hi', more: 1 });
    await a.broadcast('chat', { text: 'Hi', tags: ['x'] });
    await clock.advanceAsync(200);
    await a.send(b.id, 'chat', { text: 'Hi' }, { volatile: true });
    await clock.advanceAsync(200);
    const [first, second] = [
      { text: 'Hi', tags: [] },
      { text: 'Hi', tags: ['x'] },
    ];
    expect(got).toEqual([first, first, first, second, second, second, first, first, first]);
  });

  it('when it does not fit, is refused at the sender with the place, and nothing is sent', async () => {
    const { clock, a, b } = await startSchemaPair({ chat }, undefined);
    const got: unknown[] = [];
    b.handleAll(({ data }) => got.push(data));
    const calls = [
      a.send(b.id, 'chat', { text: 7 }),
      a.broadcast('chat', { text: 'x', tags: ['y', { z: 1 }] }),
      a.send(b.id, 'chat', null, { volatile: true }),
    ];
    const errors = (await Promise.allSettled(calls)).map((one) => one.status === 'rejected' && one.reason);
    expect(errors).toMatchObject([{ code: 'ERR_SCHEMA' }, { code: 'ERR_SCHEMA' }, { code: 'ERR_SCHEMA' }]);
    const [first, second, third] = errors.map(({ message }) => message);
    expect(first).toMatch(/^The data of messages of type chat does not fit its schema: data\.text: .*string/);
    expect(second).toMatch(/: data\.tags\[1\]: .*string/);
    expect(third).toMatch(/: data: .*[Oo]bject/);
    await clock.advanceAsync(200);
    expect([got, a.stats().messages]).toMatchObject([[], { sent: 0, invalid: 0 }]);
  });

  it('when it does not fit there, is counted and told, and reaches nobody', async () => {
    const { clock, a, b, told } = await startSchemaPair(undefined, { chat });
    const got: unknown[] = [];
    b.handle('chat', ({ data }) => got.push(data));
    b.handleAll(({ data }) => got.push(data));
    b.messages$.subscribe(({ data }) => got.push(data));
    const receipt = await a.send(b.id, 'chat', { text: null });
    await a.send(b.id, 'chat', { text: 'fits', tags: [] });
    await clock.advanceAsync(200);
    expect(await receipt.delivered).toBe('delivered');
    expect(got).toEqual(Array(3).fill({ text: 'fits', tags: [] }));
    expect(b.stats().messages).toMatchObject({ invalid: 1, received: 1, unhandled: 0, handlerErrors: 0 });
    expect(told).toEqual([
      [
        'ERR_SCHEMA',
        expect.stringMatching(new RegExp(`^From ${a.id}: The data of messages of type chat .*data\\.text: `)),
      ],
    ]);
  });
});

describe('what a schema gets', () => {
  it('is what the peer will read: bytes as they are, and what was transformed is not what is sent', async () => {
    const file = v.object({
      bytes: v.instance(Uint8Array),
      at: v.pipe(
        v.string(),
        v.isoTimestamp(),
        v.transform((text) => new Date(text)),
      ),
      by: v.pipe(
        v.array(v.tuple([v.string(), v.number()])),
        v.transform((entries) => new Map(entries)),
      ),
    });
    const { clock, a, b } = await startSchemaPair({ file }, { file });
    const got: unknown[] = [];
    b.handle('file', ({ data }) => got.push(data));
    const data = { bytes: Buffer.alloc(10_000, 7), at: '2026-01-02T03:04:05.000Z', by: [['x', 1]] };
    await a.send(b.id, 'file', data);
    await a.send(b.id, 'file', { ...data, bytes: new Uint8Array(10_000).fill(7) }, { borrow: true });
    await clock.advanceAsync(500);
    const output = { bytes: new Uint8Array(10_000).fill(7), at: new Date(data.at), by: new Map([['x', 1]]) };
    expect(got).toEqual([output, output]);
  });

  it('is read once, at the call', async () => {
    const seen: unknown[] = [];
    const any = schema((value) => {
      seen.push(value);
      return { value };
    });
    const { clock, a, b } = await startSchemaPair({ any }, undefined);
    const got: unknown[] = [];
    b.handleAll(({ data }) => got.push(data));
    let reads = 0;
    const data = {
      get now() {
        reads += 1;
        return reads;
      },
      left: undefined,
    };
    await a.send(b.id, 'any', data);
    await clock.advanceAsync(200);
    expect([seen, got, reads]).toEqual([[{ now: 1 }], [{ now: 1 }], 1]);
  });
});

describe('a request', () => {
  it('reaches its responder as the output, and its caller gets the output of the answer', async () => {
    const length = {
      request: v.pipe(
        v.string(),
        v.transform((text) => [...text]),
      ),
      response: v.pipe(v.number(), v.transform(String)),
    };
    const { clock, a, b } = await startSchemaPair({ length }, { length });
    b.respond('length', ({ data }) => (data as string[]).length);
    const answers = [a.request(b.id, 'length', 'four'), a.requestAll('length', 'seven')] as const;
    await clock.advanceAsync(200);
    expect([await answers[0], [...(await answers[1]).values()]]).toEqual(['4', [{ ok: true, data: '5' }]]);
  });

  it('when its data does not fit here, rejects and is not sent', async () => {
    const { clock, a, b } = await startSchemaPair({ sum }, undefined);
    let asked = 0;
    b.respond('sum', () => (asked += 1));
    const outcomes = [a.request(b.id, 'sum', { a: 1 }), a.requestAll('sum', 'none')].map(outcomeOf);
    await clock.advanceAsync(200);
    expect([outcomes.map(({ now }) => now), asked]).toEqual([['ERR_SCHEMA', 'ERR_SCHEMA'], 0]);
  });

  it('when its data does not fit there, has an error as its answer, and the responder is not called', async () => {
    const { clock, a, b, told } = await startSchemaPair(undefined, { sum });
    let asked = 0;
    b.respond('sum', () => (asked += 1));
    const answer = a.request(b.id, 'sum', { a: 1, b: '2' }).catch((error: unknown) => error);
    await clock.advanceAsync(200);
    expect(await answer).toMatchObject({ code: 'ERR_SCHEMA', message: expect.stringContaining('data.b: ') });
    expect([asked, b.stats().messages.invalid, told.map(([code]) => code)]).toEqual([0, 1, ['ERR_SCHEMA']]);
  });

  it('when the answer does not fit where it is given, is answered by an error', async () => {
    const { clock, a, b, told } = await startSchemaPair(undefined, { sum });
    b.respond('sum', () => 'three');
    const answer = a.request(b.id, 'sum', { a: 1, b: 2 }).catch((error: unknown) => error);
    await clock.advanceAsync(200);
    expect(await answer).toMatchObject({ code: 'ERR_SCHEMA', message: expect.stringContaining('answers to requests') });
    expect(told).toEqual([['ERR_HANDLER', expect.stringMatching(/gave back what cannot be carried: .*does not fit/)]]);
    expect(b.stats().messages.invalid).toBe(0);
  });

  it('when the answer does not fit where it arrives, rejects', async () => {
    const { clock, a, b } = await startSchemaPair({ sum }, undefined);
    b.respond('sum', () => 'three');
    const answer = a.request(b.id, 'sum', { a: 1, b: 2 }).catch((error: unknown) => error);
    await clock.advanceAsync(200);
    expect(await answer).toMatchObject({ code: 'ERR_SCHEMA', message: expect.stringContaining('data: ') });
    expect(a.stats().messages.invalid).toBe(1);
  });
});
