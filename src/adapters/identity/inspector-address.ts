import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { readOwn, stateDirError, writeAtomically } from './files.ts';
import { findStateDirectory, makeStateDirectory } from './find-state-directory.ts';

const shape = v.strictObject({
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  owner: v.pipe(v.string(), v.maxLength(64)),
});

/** Port of the inspector of the node with that state directory, and the secret with which its owner asks for links. */
export type InspectorAddress = v.InferOutput<typeof shape>;

const fileIn = (directory: string): string => join(directory, 'inspector.json');

/** Writes it to the state directory (0600). Resolves with what removes it again; rejects with `ERR_STATE_DIR`. */
export async function writeInspectorAddress(
  named: string,
  { port, owner }: InspectorAddress,
): Promise<() => Promise<void>> {
  try {
    const { directory } = await makeStateDirectory(named);
    await writeAtomically(fileIn(directory), `${JSON.stringify({ port, owner })}\n`);
    return async () => {
      // The page outlives the lock of the directory: the next node may have its own by now.
      if ((await readFrom(directory))?.owner === owner) await rm(fileIn(directory), { force: true });
    };
  } catch (thrown) {
    throw stateDirError(named, thrown);
  }
}

async function readFrom(directory: string): Promise<InspectorAddress | undefined> {
  try {
    const parsed = v.safeParse(shape, JSON.parse((await readOwn(fileIn(directory))) ?? 'null'));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined if there is none, or none that can be understood. Makes nothing. Rejects with `ERR_STATE_DIR`. */
export async function readInspectorAddress(named: string): Promise<InspectorAddress | undefined> {
  const { directory } = await findStateDirectory(named).catch((thrown: unknown) => {
    throw stateDirError(named, thrown);
  });
  return readFrom(directory);
}
