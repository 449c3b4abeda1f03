import type { Taken, Value } from './trace-events.ts';

/** Paths of every state that a value names, outer ones first: `connected`, `connected.suspect`, `connected.suspect.silent`. */
export function pathsOf(value: Value, above = ''): string[] {
  const under = (key: string): string => (above === '' ? key : `${above}.${key}`);
  if (typeof value === 'string') return [under(value)];
  return Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [] : [under(key), ...pathsOf(inner, under(key))],
  );
}

/** The innermost state: `connected.suspect.silent`. */
export const leafOf = (value: Value): string => pathsOf(value).at(-1) ?? '';

/** The outermost one: `connected`. */
export const topOf = (path: string): string => path.split('.', 1)[0] ?? '';

/** The same edge in the chart that has only the outermost states; null for one that lies within such a state. */
export function outerEdge({ from, to, label }: Taken): Taken | null {
  const outer = { from: topOf(from), to: topOf(to), label: label.replaceAll(/ \[[^\]]*\]/g, '') };
  return outer.from === outer.to ? null : outer;
}
