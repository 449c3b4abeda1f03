/** Edits that turn one word into the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (left === right ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** ` Did you mean send?` if one of the words is close to what was written, else nothing. */
export function suggest(written: string, words: readonly string[]): string {
  if (written.length > 32) return '';
  const [nearest] = words
    .map((word) => ({ word, edits: distance(written.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return nearest && nearest.edits <= Math.max(1, Math.floor(nearest.word.length / 3))
    ? ` Did you mean ${nearest.word}?`
    : '';
}
