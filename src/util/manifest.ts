import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** The part of this package's package.json that its own code reads. */
export const manifest: { readonly version: string; readonly engines: { readonly node: string } } = JSON.parse(
  readFileSync(join(packageRoot, 'package.json'), 'utf8'),
);
