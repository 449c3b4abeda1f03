import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { readOwn, stateDirError, writeAtomically } from './files.ts';
import { findState, makeState } from './state-place.ts';

const place = v.strictObject({
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  owner: v.pipe(v.string(), v.maxLength(64)),
});

/** Where the inspector of the node with that state directory is, and what lets its owner ask it for links. */
export type InspectorPlace = v.InferOutput<typeof place>;

const fileIn = (directory: string): string => join(directory, 'inspector.json');

/** Keeps it in the state directory (0600). Resolves with how to take it back; rejects with `ERR_STATE_DIR`. */
export async function keepInspectorPlace(named: string, { port, owner }: InspectorPlace): Promise<() => Promise<void>> {
  try {
    const { directory } = await makeState(named);
    await writeAtomically(fileIn(directory), `${JSON.stringify({ port, owner })}\n`);
    return async () => {
      // The page outlives the lock of the directory: the next node may have its own by now.
      if ((await readFrom(directory))?.owner === owner) await rm(fileIn(directory), { force: true });
    };
  } catch (thrown) {
    throw stateDirError(named, thrown);
  }
}

async function readFrom(directory: string): Promise<InspectorPlace | undefined> {
  try {
    const parsed = v.safeParse(place, JSON.parse((await readOwn(fileIn(directory))) ?? 'null'));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined if there is none, or none that can be understood. Makes nothing. Rejects with `ERR_STATE_DIR`. */
export async function readInspectorPlace(named: string): Promise<InspectorPlace | undefined> {
  const { directory } = await findState(named).catch((thrown: unknown) => {
    throw stateDirError(named, thrown);
  });
  return readFrom(directory);
}
