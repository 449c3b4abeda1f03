import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const isOurs = (folder: string): boolean => {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly name?: unknown };
    return name === 'lanpeer';
  } catch {
    return false;
  }
};

/** Where a program that was bundled with this code would load the package from, if it is installed there. */
function installedFrom(folder: string): string | undefined {
  try {
    return dirname(createRequire(join(folder, 'any.js')).resolve('lanpeer/package.json'));
  } catch {
    return undefined;
  }
}

/**
 * The nearest folder from there upwards that has the package.json of this package; the bundler puts this code at another
 * depth than its source has. Where another one is nearest, or none, as beside a program that was bundled with this code: the
 * folder of the package that is installed there, else that folder itself. Whoever reads a file in it learns what is missing.
 */
export function findPackageRoot(from: string): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) return installedFrom(from) ?? from;
    folder = above;
  }
  return isOurs(folder) ? folder : (installedFrom(from) ?? from);
}

/** Absolute path of this package, with what is compiled and drawn beside the sources. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));
