import { join, parse } from 'node:path';
import { expect, test } from 'vitest';
import { findPackageRoot, packageRoot } from '../../../src/util/package-root.ts';

test('finds the folder of package.json above a folder', () => {
  expect(packageRoot).toBe(join(import.meta.dirname, '../../..'));
  expect(findPackageRoot(join(packageRoot, 'src/util'))).toBe(packageRoot);
});

test('when no folder above has one, ends, and is that folder', () => {
  const folder = join(parse(packageRoot).root, 'no such folder', 'chunks');
  expect(findPackageRoot(folder)).toBe(folder);
});
