import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { NodeOptions } from '../../../../src/api/options.ts';
import { parseOptions } from '../../../../src/node/options/options.ts';

const parse = (stateDir: unknown): string | undefined =>
  parseOptions({ access: 'open', stateDir } as NodeOptions).stateDir;

test('a state directory is absolute from then on, whatever directory the program changes to', () => {
  expect(parse('state')).toBe(resolve('state'));
  expect(parse('./~')).toBe(resolve('~'));
  expect(parse('~state')).toBe(resolve('~state'));
  expect(parse(undefined)).toBe(undefined);
});

test.each(['', '~', '~/state', null, 5, new URL('file:///state')])('%j is none', (stateDir) => {
  expect(() => parse(stateDir)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }));
});
