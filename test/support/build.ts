import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds what tests start as processes: they must not run an older one. */
export function setup(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}
