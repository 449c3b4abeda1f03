import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { DiskSource } from '../../src/files/disk-source.ts';
import type { FileSource } from '../../src/files/source.ts';
import type { startFilePair, TestReceiver } from './file-transfers.ts';

/** The same offer, whose reader calls that before each piece of it. */
export function pausing(source: FileSource, before: (path: string, position: number) => Promise<void>): FileSource {
  return {
    offer: source.offer,
    async *entries() {
      for await (const entry of source.entries())
        yield {
          ...entry,
          open: async () => {
            const reader = await entry.open();
            return {
              check: () => reader.check(),
              close: () => reader.close(),
              read: async (into, position) => {
                await before(entry.path, position);
                return reader.read(into, position);
              },
            };
          },
        };
    },
  };
}

/** The one folder of a transfer that is not over. */
export const staging = async (folder: string): Promise<string> => {
  const [name, ...others] = (await readdir(folder)).filter((one) => one.startsWith('.lanpeer-'));
  expect(others).toEqual([]);
  return join(folder, name ?? 'none');
};

/** Sends until that much of that file is read, and gives up there; waits until the receiver has noticed. */
export async function sendHalf(
  pair: Awaited<ReturnType<typeof startFilePair>>,
  names: readonly string[],
  { path, position }: { readonly path: string; readonly position: number },
  receiver: TestReceiver,
): Promise<void> {
  const abort = new AbortController();
  const source = await DiskSource.of(names.map((name) => join(pair.from, name)));
  const stopped = pausing(source, async (one, at) => {
    if (one === path && at >= position) {
      // What was written before arrives.
      await new Promise<void>((resolve) => {
        const subscription = receiver.transfers.changes$.subscribe(({ bytesDone }) => {
          if (bytesDone < position) return;
          queueMicrotask(() => subscription.unsubscribe());
          resolve();
        });
        if (receiver.transfers.all.some(({ bytesDone }) => bytesDone >= position)) resolve();
      });
      abort.abort();
      throw new Error('stopped');
    }
  });
  await expect(pair.send(stopped, abort.signal)).rejects.toBeDefined();
  await receiver.end();
}
