// Makes dist/: types by tsc, code by a bundler, and the inspector's page as it is. With `--if-changed` nothing is done
// where dist/ is of the sources as they are.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './build/bundle.ts';
import { formatLicences } from './build/licences.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = `${root}node_modules/.cache/lanpeer`;
const stamp = `${cache}/built`;
const licences = 'THIRD-PARTY-LICENSES.txt';
const pageFiles = ['index.html', 'style.css'];
const made = ['index.js', 'index.d.ts', 'cli/main.js', licences, ...pageFiles.map((file) => `inspector/page/${file}`)];

/** Of everything that dist/ is made of. */
function digestOfSources(): string {
  const hash = createHash('sha256');
  const sources = ['src', 'scripts/build'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`),
  );
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.ts'];
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

const tsc = (...args: readonly string[]): void =>
  void execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', ...args], { cwd: root, stdio: 'inherit' });

/** Browsers load the files of the page one by one: what the compiler made of each is shipped. */
function buildPage(): void {
  const compiled = mkdtempSync(`${cache}/page-`);
  try {
    tsc('-p', 'src/inspector/page', '--outDir', compiled);
    for (const folder of ['page', 'model'])
      cpSync(`${compiled}/inspector/${folder}`, `${root}dist/inspector/${folder}`, { recursive: true });
    for (const file of pageFiles) cpSync(`${root}src/inspector/page/${file}`, `${root}dist/inspector/page/${file}`);
  } finally {
    rmSync(compiled, { recursive: true });
  }
}

async function build(): Promise<void> {
  rmSync(`${root}dist`, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  tsc('-p', 'tsconfig.build.json');
  buildPage();
  const packages = await bundle(root);
  writeFileSync(`${root}dist/${licences}`, formatLicences(packages));
}

const digest = digestOfSources();
if (!(process.argv.includes('--if-changed') && isBuilt(digest))) {
  rmSync(stamp, { force: true });
  await build();
  writeFileSync(stamp, digest);
}
