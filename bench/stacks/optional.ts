import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Whether a package is installed beside this file: `npm ci --prefix bench/stacks`. */
export const isInstalled = (name: string): boolean =>
  existsSync(fileURLToPath(new URL(`node_modules/${name}/package.json`, import.meta.url)));

/** An optional package. Its types are not known to the compiler, which has to do without it: the caller says them. */
export const load = async <T>(name: string): Promise<T> => (await import(name)) as T;
