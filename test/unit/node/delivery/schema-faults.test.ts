import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { limits } from '../../../../src/index.ts';
import { schema, startSchemaPair } from '../../../support/schema-nodes.ts';

const { invalidReports, issues } = limits.messages;
const chat = z.object({ text: z.string() });

describe('a schema that fails', () => {
  const failing: Readonly<Record<string, (value: unknown) => unknown>> = {
    throws: () => {
      throw new Error('broken');
    },
    rejects: () => Promise.reject(new Error('broken')),
    'gives back no result': () => 7,
    'gives back issues that cannot be read': () => ({
      get issues(): unknown {
        throw new Error('broken');
      },
    }),
    'gives back issues that are none': () => ({ issues: [null] }),
  };

  it.each(Object.entries(failing))('and %s ends nothing', async (_, validate) => {
    const odd = schema(validate);
    const request = { request: odd, response: odd };
    const here = await startSchemaPair({ odd, request }, { odd, request });
    const codeOf = ({ code }: { readonly code: string }): string => code;
    const calls = [
      here.a.send(here.b.id, 'odd', 1).catch(codeOf),
      here.a.request(here.b.id, 'request', 1).catch(codeOf),
    ];
    await here.clock.advanceAsync(200);
    const code = (await Promise.all(calls))[0];
    expect(await Promise.all(calls)).toEqual([code, code]);
    expect(['ERR_HANDLER', 'ERR_SCHEMA']).toContain(code);

    const there = await startSchemaPair(undefined, { odd, fine: v.unknown(), request });
    const got: unknown[] = [];
    there.b.handleAll(({ data }) => got.push(data));
    there.b.respond('request', ({ data }) => got.push(data));
    const receipt = await there.a.send(there.b.id, 'odd', 1);
    const asked = there.a.request(there.b.id, 'request', 2).catch(codeOf);
    await there.a.send(there.b.id, 'fine', 3);
    await there.clock.advanceAsync(500);
    expect([await receipt.delivered, await asked, got]).toEqual(['delivered', code, [3]]);
    expect([there.b.stats().messages.invalid, there.told.map(([one]) => one)]).toEqual([2, [code, code]]);
  });
});

describe('what does not fit', () => {
  it('is told of a bounded number of times, and counted each time', async () => {
    const { clock, a, b, told } = await startSchemaPair(undefined, { chat });
    const count = 10 * invalidReports.burst;
    for (let no = 0; no < count; no += 1) await a.send(b.id, 'chat', no);
    await clock.advanceAsync(500);
    expect([b.stats().messages.invalid, told.length]).toEqual([count, invalidReports.burst]);
    await clock.advanceAsync(3_000 / invalidReports.perSecond);
    for (let no = 0; no < count; no += 1) await a.send(b.id, 'chat', no);
    await clock.advanceAsync(100);
    expect([b.stats().messages.invalid, told.length]).toEqual([2 * count, invalidReports.burst + 3]);
  });

  it('is told of by its first places, on one line', async () => {
    const list = v.array(v.number('no\nnumber'));
    const { a, b } = await startSchemaPair({ list }, undefined);
    const error = await a.send(b.id, 'list', Array(1_000).fill('x')).catch((thrown: unknown) => thrown);
    const { message } = error as Error;
    const places = Array.from({ length: issues }, (_, at) => `data[${at}]: no\\u{a}number`).join('; ');
    expect(message.endsWith(`: ${places} (and ${1_000 - issues} more)`)).toBe(true);
  });
});
