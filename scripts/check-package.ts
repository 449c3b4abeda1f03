// Installs the packed tarball into an empty project and runs a TypeScript program there, as a user would.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'lanpeer-package-'));
const run = (command: string, args: readonly string[], cwd = directory): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory], root),
  );
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  run('npm', [
    'install',
    '--prefer-offline',
    '--no-fund',
    '--no-audit',
    '--ignore-scripts',
    join(directory, packed.filename),
  ]);
  cpSync(join(root, 'scripts', 'package-consumer.ts'), join(directory, 'main.ts'));
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2023',
        module: 'NodeNext',
        strict: true,
        types: ['node'],
        typeRoots: [join(root, 'node_modules', '@types')],
        outDir: 'out',
      },
      include: ['main.ts'],
    }),
  );
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.']);
  console.log(run(process.execPath, ['out/main.js']).trim());
  console.log(run(process.execPath, ['node_modules/lanpeer/dist/cli/main.js', '--version']).trim());
} finally {
  rmSync(directory, { recursive: true, force: true });
}
