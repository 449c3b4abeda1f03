import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The nearest folder from there upwards that has a package.json; the bundler puts this code at another depth than its
 * source has. Where none has one, as beside a program that was bundled with this code, that folder itself: whoever reads a
 * file in it learns what is missing.
 */
export function findPackageRoot(from: string): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) return from;
    folder = above;
  }
  return folder;
}

/** Absolute path of this package, with what is compiled and drawn beside the sources. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));
