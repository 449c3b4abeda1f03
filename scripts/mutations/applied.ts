import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutation } from './mutation.ts';

/** The file as it is and as the mutation makes it. Throws where the file does not have the text of the mutation once. */
export function applied(root: string, { name, file, from, to }: Mutation): { before: string; after: string } {
  const before = readFileSync(join(root, file), 'utf8');
  if (before.split(from).length !== 2)
    throw new Error(`${name}: ${file} has changed, it does not have that once: ${from}`);
  return { before, after: before.replace(from, () => to) };
}
