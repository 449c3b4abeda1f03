import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { makeNetworkKey } from '../../src/index.ts';
import { installed, type Project, root, run } from './project.ts';

const projects = join(root, 'examples/projects');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Each example is a project of its own: it is installed with the tarball, and its tests run on this Node. */
function checkProject(directory: string, name: string, tarball: string): void {
  const folder = join(directory, name);
  cpSync(join(projects, name), folder, { recursive: true });
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  writeFileSync(
    file,
    JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, lanpeer: `file:${tarball}` } }),
  );
  installed(folder);
  const report = run(process.execPath, ['--test', '--test-reporter=tap'], folder);
  const [, passed = '0'] = /^# pass (\d+)$/m.exec(report) ?? [];
  if (passed === '0') throw new Error(`${name}: no test has run`);
  console.log(`examples/projects/${name}: ${passed} passed`);
}

/** Two nodes in Python greet each other. */
async function checkPython({ folder }: Project): Promise<void> {
  const command = ['python3', '/usr/bin/python3'].find((one) => {
    try {
      execFileSync(one, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  if (command === undefined) {
    if (process.env['LANPEER_REQUIRE_ALL'] === '1')
      throw new Error('The example in Python must run, but there is no python3.');
    console.log('examples/projects/python is skipped: there is no python3');
    return;
  }
  const env = {
    ...process.env,
    PATH: [join(folder, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    LANPEER_KEY: makeNetworkKey(),
  };
  const program = join(projects, 'python/hello.py');
  const children = ['desk', 'shelf'].map((name) =>
    spawn(command, [program, name, '--interface', '127.0.0.1', '--ephemeral'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const late = AbortSignal.timeout(30_000);
  try {
    const said = await Promise.all(
      children.map(async ({ stdout }) => {
        let text = '';
        while (!text.includes('\n')) text += String((await once(stdout, 'data', { signal: late }))[0]);
        return text.trim();
      }),
    );
    if (said.join() !== 'Hi from shelf,Hi from desk') throw new Error(`examples/projects/python said ${said.join()}`);
    console.log(`examples/projects/python: ${said.join(', ')}`);
  } finally {
    for (const child of children) child.kill('SIGINT');
    await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
  }
}

/** Every example that is a project, from the tarball as its users would. */
export async function checkExamples(directory: string, npm: Project, tarball: string): Promise<void> {
  for (const name of readdirSync(projects)) {
    if (existsSync(join(projects, name, 'package.json'))) checkProject(directory, name, tarball);
  }
  await checkPython(npm);
}
