import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { readIfThere, stateDirError, writeAtomically } from './files.ts';

const place = v.strictObject({
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  owner: v.pipe(v.string(), v.maxLength(64)),
});

/** Where the inspector of the node with that state directory is, and what lets its owner ask it for links. */
export type InspectorPlace = v.InferOutput<typeof place>;

const fileIn = (directory: string): string => join(directory, 'inspector.json');

/** Keeps it in the state directory (0600). Resolves with how to take it back; rejects with `ERR_STATE_DIR`. */
export async function keepInspectorPlace(
  directory: string,
  { port, owner }: InspectorPlace,
): Promise<() => Promise<void>> {
  try {
    await writeAtomically(fileIn(directory), `${JSON.stringify({ port, owner })}\n`);
  } catch (thrown) {
    throw stateDirError(directory, thrown);
  }
  return () => rm(fileIn(directory), { force: true });
}

/** Undefined if there is none, or none that can be understood. */
export async function readInspectorPlace(directory: string): Promise<InspectorPlace | undefined> {
  try {
    const parsed = v.safeParse(place, JSON.parse((await readIfThere(fileIn(directory))) ?? 'null'));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
