const most = 24;

/** What kinds of values a value is made of, to so much depth: two that differ in nothing else are the same. */
export function shapeOf(value: unknown, depth = 3): string {
  if (value instanceof Uint8Array) return `b${Math.min(value.byteLength, 3)}`;
  if (Array.isArray(value)) return depth === 0 ? '[…]' : `[${listOf(value, (one) => shapeOf(one, depth - 1))}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.values(value);
    return depth === 0 ? '{…}' : `{${listOf(fields, (one) => shapeOf(one, depth - 1))}}`;
  }
  return value === null ? '0' : (typeof value).slice(0, 1);
}

/** Kinds in order, each once where it stands several times in a row. */
function listOf(values: readonly unknown[], shape: (value: unknown) => string): string {
  const shapes = values.slice(0, most).map(shape);
  return shapes.filter((one, at) => one !== shapes[at - 1]).join('');
}
