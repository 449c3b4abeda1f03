// Compiles the package into dist/, and puts the files of the inspector's page beside what was compiled of it.
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const project of ['tsconfig.build.json', 'src/inspector/page'])
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { cwd: root, stdio: 'inherit' });
for (const file of ['index.html', 'style.css'])
  cpSync(`${root}src/inspector/page/${file}`, `${root}dist/inspector/page/${file}`);
