import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reached, unreached } from '../../scripts/mutations/limits.ts';
import { limits } from '../../src/limits.ts';

type Limits = number | readonly number[] | { readonly [name: string]: Limits };

const pathsOf = (value: Limits, path = ''): string[] =>
  typeof value === 'number' || Array.isArray(value)
    ? [path]
    : Object.entries(value).flatMap(([name, one]) => pathsOf(one, path === '' ? name : `${path}.${name}`));

test('every limit names a test that reaches it, or is known to have none', () => {
  const named = [...Object.values(reached).flat(), ...unreached];
  expect(named.toSorted()).toEqual(pathsOf(limits).toSorted());
  expect(Object.keys(reached).filter((file) => !existsSync(file))).toEqual([]);
});
