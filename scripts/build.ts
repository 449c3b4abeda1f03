// Compiles the package into dist/, and puts the files of the inspector's page beside what was compiled of it. With
// `--if-changed` nothing is done where dist/ is of the sources as they are.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = `${root}node_modules/.cache/lanpeer`;
const stamp = `${cache}/built`;
const pageFiles = ['index.html', 'style.css'];
const made = ['index.js', 'cli/main.js', ...pageFiles.map((file) => `inspector/page/${file}`)];

/** Of everything that dist/ is made of. */
function digestOfSources(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(`${root}src`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
  const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'node_modules/typescript/package.json'];
  for (const path of [...sources, ...settings.map((file) => `${root}${file}`)].sort())
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function isBuilt(digest: string): boolean {
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === digest &&
    made.every((file) => existsSync(`${root}dist/${file}`))
  );
}

const digest = digestOfSources();
if (!(process.argv.includes('--if-changed') && isBuilt(digest))) {
  rmSync(stamp, { force: true });
  for (const project of ['tsconfig.build.json', 'src/inspector/page'])
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { cwd: root, stdio: 'inherit' });
  for (const file of pageFiles) cpSync(`${root}src/inspector/page/${file}`, `${root}dist/inspector/page/${file}`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, digest);
}
