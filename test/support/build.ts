import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds what tests start as processes, unless it is of these sources already: they must not run an older one. */
export function setup(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, ['scripts/build.ts', '--if-changed'], { cwd: root, stdio: 'inherit' });
}
