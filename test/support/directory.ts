import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenFileEnds } from './hooks.ts';

const made: string[] = [];

whenFileEnds(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** The path of a directory that is not there yet, two levels below one that is; removed after the tests of the file. */
export function newDirectory(): string {
  const parent = mkdtempSync(join(tmpdir(), 'lanpeer-test-'));
  made.push(parent);
  return join(parent, 'state', 'lanpeer');
}

/** The path of a file that is not there yet, in a directory that is. */
export const newFile = (): string => {
  const parent = mkdtempSync(join(tmpdir(), 'lanpeer-test-'));
  made.push(parent);
  return join(parent, 'file');
};
