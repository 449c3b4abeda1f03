import { createHash } from 'node:crypto';

/**
 * So many of a list, spread over it evenly. Which ones depends on the texts alone: other sources have others broken, so that
 * in time each one's turn comes, and the same sources the same.
 */
export function sampleOf<T>(list: readonly T[], count: number, texts: readonly string[]): readonly T[] {
  if (count >= list.length) return list;
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  const turn = hash.digest().readUInt32BE() % list.length;
  return Array.from({ length: count }, (_, no) => (turn + Math.floor((no * list.length) / count)) % list.length)
    .sort((a, b) => a - b)
    .flatMap((at) => list.slice(at, at + 1));
}
