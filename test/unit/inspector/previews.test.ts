import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { previewOf } from '../../../src/inspector/messages.ts';
import { limits } from '../../../src/limits.ts';

it.each<readonly [string, unknown, string]>([
  ['text', 'x', '"x"'],
  ['nothing', undefined, 'undefined'],
  ['an object', { a: [1, { b: null }] }, '{"a":[1,{"b":null}]}'],
  ['bytes', { a: Uint8Array.of(1, 2) }, '{"a":"2 bytes"}'],
  ['a Buffer', Buffer.alloc(3), '"3 bytes"'],
  ['bytes of another realm', runInNewContext('[new Uint8Array(4)]'), '["4 bytes"]'],
  ['a bigint', 1n, '…'],
])('shows %s', (_, data, expected) => {
  expect(previewOf(data)).toBe(expected);
});

it('looks through no more than it shows', () => {
  let read = 0;
  const list = new Proxy([], { get: (_, key) => (key === 'length' ? 1e9 : ++read) });
  expect(previewOf(list).length).toBeLessThanOrEqual(limits.inspector.previewChars + 1);
  expect(read).toBeLessThan(1_000);
  expect(previewOf({ a: 'x'.repeat(1_000_000), b: Buffer.alloc(50_000_000) }).length).toBeLessThan(600);
});
