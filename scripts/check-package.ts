// Installs the packed tarball into empty projects and runs programs there, as users would: with TypeScript, as CommonJS,
// bundled, with pnpm, on other versions of Node, and the examples that are projects.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkBundlers } from './package/bundlers.ts';
import { checkExamples } from './package/examples.ts';
import { checkPrograms } from './package/programs.ts';
import { createProject, packInto } from './package/project.ts';
import { checkSizes } from './package/sizes.ts';

const directory = mkdtempSync(join(tmpdir(), 'lanpeer-package-'));
try {
  const tarball = packInto(directory);
  const npm = createProject(join(directory, 'npm'), tarball, 'npm');
  checkPrograms(npm);
  checkBundlers(npm);
  checkSizes(npm, tarball);
  await checkExamples(directory, npm, tarball);
  checkPrograms(createProject(join(directory, 'pnpm'), tarball, 'pnpm'), []);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
