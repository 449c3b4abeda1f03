import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { type Project, root, run } from './project.ts';

/** The least that the package supports, and the newest; the one that runs this is between the two. */
const otherNodes = ['22.13.0', '26'];

const commonJs = `const { createNode, isDeviceId } = require('lanpeer');
const { createVirtualClock } = require('lanpeer/testing');
const node = createNode({ access: 'open', interfaces: ['127.0.0.1'], discovery: false });
node.start().then(async () => {
  console.log('required: ' + isDeviceId(node.id) + ' ' + createVirtualClock().pending);
  await node.stop();
});
`;

/** Compiles the first program of a user, and runs it, one of CommonJS and the command: on this Node, and on others. */
export function checkPrograms({ folder, add }: Project, nodes: readonly string[] = otherNodes): void {
  cpSync(join(root, 'scripts/package/consumer.ts'), join(folder, 'main.ts'));
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    strict: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    outDir: 'out',
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['main.ts'] }));
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'], folder);
  writeFileSync(join(folder, 'required.cjs'), commonJs);
  const programs = (node: string): void => {
    console.log(run(node, ['--version'], folder));
    for (const file of ['out/main.js', 'required.cjs']) console.log(run(node, [file], folder));
    console.log(run(node, ['node_modules/lanpeer/dist/cli/main.js', '--version'], folder));
  };
  programs(process.execPath);
  for (const version of nodes) {
    const alias = `node-${version}`;
    add(`${alias}@npm:node-${platform === 'win32' ? 'win' : platform}-${arch}@${version}`);
    const node = join(folder, 'node_modules', alias, 'bin', 'node');
    chmodSync(node, 0o755);
    programs(node);
  }
}
