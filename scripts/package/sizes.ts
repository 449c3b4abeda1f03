import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';

/** Of the tarball, and of what it brings: more is a mistake, or has to be decided. Megabytes. */
const most = { packed: 2.5, installed: 12 };

function megabytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size / 1e6 : 0),
    0,
  );
}

/** What a user downloads, and what the package itself takes on the disk. */
export function checkSizes({ folder }: Project, tarball: string): void {
  const sizes = {
    packed: statSync(tarball).size / 1e6,
    installed: megabytesIn(join(folder, 'node_modules/lanpeer')),
  };
  for (const [name, size] of Object.entries(sizes)) {
    console.log(`${name}: ${size.toFixed(2)} MB`);
    if (size > most[name as keyof typeof most])
      throw new Error(`${name}: more than ${most[name as keyof typeof most]} MB`);
  }
}
