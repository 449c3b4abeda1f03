const parts = (version: string): number[] => version.split('.').map(Number);

/**
 * What to say if this Node is too old, else undefined. Nothing here may need a newer Node than the oldest that a user
 * may have.
 * @param engines The `engines.node` of the package: `>=` and a version.
 * @param version The version of this Node, without a `v`.
 */
export function complainOfNode(engines: string, version: string): string | undefined {
  const needed = engines.replace(/^>=\s*/, '');
  const actual = parts(version);
  for (const [at, number] of parts(needed).entries()) {
    const own = actual[at] ?? 0;
    if (own > number) return undefined;
    if (own < number) return `lanpeer needs Node >= ${needed}; this is ${version}. https://nodejs.org has newer ones.`;
  }
  return undefined;
}
