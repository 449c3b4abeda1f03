import { expect, test } from 'vitest';
import { createKeys } from '../../../src/inspector/server/keys.ts';
import { limits } from '../../../src/limits.ts';

const { browsers, links } = limits.inspector;

test('when more links were made than are kept, the oldest opens nothing', () => {
  const keys = createKeys();
  const made = Array.from({ length: links + 1 }, () => keys.link());
  expect(made.map((link) => keys.knowsLink(link))).toEqual([false, ...new Array(links).fill(true)]);
});

test('when more browsers followed links than are kept, the oldest is known no more', () => {
  const keys = createKeys();
  const cookies = Array.from({ length: browsers + 1 }, () => keys.admit(keys.link()));
  expect(cookies.map((cookie) => keys.knows(cookie))).toEqual([false, ...new Array(browsers).fill(true)]);
});
