import * as v from 'valibot';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseSchemas } from '../../../../src/node/options/schemas-option.ts';

it('takes schemas of several libraries, and requests', () => {
  const declared = parseSchemas({ a: v.string(), b: z.number(), c: { request: v.string(), response: z.null() } });
  expect([...(declared ?? [])].map(([type, { kind }]) => [type, kind])).toEqual([
    ['a', 'message'],
    ['b', 'message'],
    ['c', 'request'],
  ]);
  expect(parseSchemas(undefined)).toBeUndefined();
});

it('takes a schema that is a function', () => {
  const schema = Object.assign(() => undefined, {
    '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 2 }) },
  });
  expect(parseSchemas({ a: schema })?.get('a')?.data(1)).toEqual({ value: 2 });
});

it.each<[unknown, RegExp]>([
  [null, /^messages: null is not an object with a schema for each type\.$/],
  [[v.string()], /^messages: .* is not an object/],
  [{ 'no type': v.string() }, /^messages: "no type" cannot be a type/],
  [{ a: 'string' }, /^messages\.a: "string" is not a schema of a library/],
  [{ a: { request: v.string() } }, /^messages\.a\.response: undefined is not a schema/],
  [{ a: { request: v.string(), response: 1 } }, /^messages\.a\.response: 1 is not a schema/],
  [{ a: { request: v.string(), response: v.string(), other: 1 } }, /^messages\.a\.other: there is no such option/],
  [
    { a: { '~standard': { version: 2, validate: () => undefined } } },
    /^messages\.a: it is a schema, but not of version 1/,
  ],
  [{ a: { '~standard': { version: 1 } } }, /^messages\.a: it is a schema, but not of version 1/],
  [
    {
      get a() {
        throw new Error('broken');
      },
    },
    /^messages\.a: reading it threw/,
  ],
])('refuses what is none: %#', (messages, message) => {
  expect(() => parseSchemas(messages)).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringMatching(message) }),
  );
});
