import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../corpus/', import.meta.url));

/** Inputs that are kept for a decoder: each led to something that no other one did, or to a defect once. */
export function readCorpus(decoder: string): Buffer[] {
  const directory = `${root}${decoder}`;
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .map((name) => readFileSync(`${directory}/${name}`));
}

/** Of one decoder: the first ones that are new differ most. */
const mostKept = 24;

/** Keeps an input, under a name that is made of it. */
export function keep(decoder: string, input: Uint8Array): void {
  const directory = `${root}${decoder}`;
  mkdirSync(directory, { recursive: true });
  if (readdirSync(directory).length >= mostKept) return;
  const name = createHash('sha256').update(input).digest('hex').slice(0, 16);
  writeFileSync(`${directory}/${name}`, input);
}
