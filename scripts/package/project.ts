import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What it prints; throws if it fails. */
export const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

const quiet = ['--prefer-offline', '--no-fund', '--no-audit', '--ignore-scripts'];

/** Installs what the package.json there says. */
export const installed = (folder: string): string => run('npm', ['install', ...quiet], folder);

/** Absolute path of the tarball. */
export function packInto(directory: string): string {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory];
  const [packed] = JSON.parse(run('npm', args, root)) as readonly [{ readonly filename: string }];
  return join(directory, packed.filename);
}

/** An empty project that has installed the tarball. */
export interface Project {
  readonly folder: string;
  add(...packages: readonly string[]): void;
}

export function createProject(folder: string, tarball: string, manager: 'npm' | 'pnpm'): Project {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const project: Project = {
    folder,
    add(...packages) {
      if (manager === 'npm') run('npm', ['install', ...quiet, ...packages], folder);
      else run('npx', ['--yes', 'pnpm@10', 'add', '--prefer-offline', '--ignore-scripts', ...packages], folder);
    },
  };
  // The program of a user has an rxjs of its own.
  project.add(tarball, 'rxjs@7');
  return project;
}
