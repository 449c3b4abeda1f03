import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, root, run } from './project.ts';

/** Without an await at its top: not every format of a bundle has that. */
const program = `import { createNode } from 'lanpeer';
async function main() {
  const node = createNode({ access: 'open', interfaces: ['127.0.0.1'], discovery: false, inspector: true });
  await node.start();
  const page = await fetch(await node.inspect());
  console.log('bundled: ' + page.status + ' ' + page.headers.get('content-type'));
  await node.stop();
}
main();
`;
/** ES modules of esbuild have no require, which packages of CommonJS such as ws need. */
const requireBanner = "import { createRequire as load } from 'node:module'; const require = load(import.meta.url);";

const expected = 'bundled: 200 text/html; charset=utf-8';

/** Bundles a program with all of the package, by several bundlers: it runs, with the page of the inspector. */
export function checkBundlers({ folder, add }: Project): void {
  writeFileSync(join(folder, 'bundled.js'), program);
  add('esbuild', 'rollup', '@rollup/plugin-node-resolve', '@rollup/plugin-commonjs', '@rollup/plugin-json');
  const bin = (name: string): string => join(folder, 'node_modules', '.bin', name);
  const plugins = ['node-resolve', 'commonjs', 'json'].flatMap((name) => ['-p', name]);
  const bundles: readonly (readonly [command: string, args: readonly string[], file: string])[] = [
    [
      bin('esbuild'),
      ['bundled.js', '--bundle', '--platform=node', '--format=esm', '--outdir=esbuild', `--banner:js=${requireBanner}`],
      'esbuild/bundled.js',
    ],
    [bin('rollup'), ['bundled.js', '--silent', '-d', 'rollup', '-f', 'es', ...plugins], 'rollup/bundled.js'],
    [
      join(root, 'node_modules/.bin/rolldown'),
      ['bundled.js', '-d', 'rolldown', '--platform', 'node'],
      'rolldown/bundled.js',
    ],
  ];
  for (const [command, args, file] of bundles) {
    run(command, args, folder);
    const printed = run(process.execPath, [file], folder);
    if (printed !== expected) throw new Error(`${file} printed ${printed}`);
    console.log(`${file}: ${printed}`);
  }
}
