type End = () => unknown;

const testEnds: End[] = [];
const fileEnds: End[] = [];

/**
 * Calls that after each test of each file. For modules that test files share: files that share a worker load them once, so
 * that a hook of Vitest would be one of the first file alone.
 */
export const whenTestEnds = (end: End): void => void testEnds.push(end);

/** As {@link whenTestEnds}, after the last test of each file. */
export const whenFileEnds = (end: End): void => void fileEnds.push(end);

/** As Vitest does: what came last is first, and one that fails stops no other. */
async function callAll(ends: readonly End[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.toReversed()) {
    try {
      await end();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw failures[0];
}

export const endTest = (): Promise<void> => callAll(testEnds);
export const endFile = (): Promise<void> => callAll(fileEnds);
