/** Edits (insert, delete, replace) that lead from one text to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [at, character] of [...from].entries()) {
    const next = [at + 1];
    for (const [place, other] of [...to].entries())
      next.push(
        Math.min((next[place] ?? 0) + 1, (row[place + 1] ?? 0) + 1, (row[place] ?? 0) + (character === other ? 0 : 1)),
      );
    row = next;
  }
  return row[to.length] ?? 0;
}

/** The name that the author of `text` may have meant: at most a third of its letters differ. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  if (text.length > 64) return undefined;
  const lower = text.toLowerCase();
  const [best] = names
    .map((name) => ({ name, edits: distance(lower, name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.ceil(name.length / 3))
    .sort((one, other) => one.edits - other.edits);
  return best?.name;
}
