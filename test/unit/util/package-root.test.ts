import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { expect, test } from 'vitest';
import { findPackageRoot, packageRoot } from '../../../src/util/package-root.ts';
import { newDirectory } from '../../support/directory.ts';

function writePackage(folder: string, manifest: object): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

test('finds the folder of package.json above a folder', () => {
  expect(packageRoot).toBe(join(import.meta.dirname, '../../..'));
  expect(findPackageRoot(join(packageRoot, 'src/util'))).toBe(packageRoot);
});

test('when a program was bundled with this code, finds the package that is installed beside it', () => {
  const program = writePackage(newDirectory(), { name: 'program' });
  const folder = join(program, 'out');
  mkdirSync(folder);
  expect(findPackageRoot(folder)).toBe(folder);
  const installed = writePackage(join(program, 'node_modules/lanpeer'), { name: 'lanpeer', version: '1.0.0' });
  expect(findPackageRoot(folder)).toBe(realpathSync(installed));
});

test('when no folder above has one, ends, and is that folder', () => {
  const folder = join(parse(packageRoot).root, 'no such folder', 'chunks');
  expect(findPackageRoot(folder)).toBe(folder);
});
