import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isInstalled } from '../stacks/optional.ts';
import type { Part, Subject } from '../support/part.ts';
import { percentile } from '../support/statistics.ts';

const fileAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const lanpeer = fileAt('../../dist/index.js');
const main = fileAt('../../dist/cli/main.js');
const bareNode = 'bare Node';

/** Prints the memory of the process when the script is through. */
const report = 'process.stdout.write(JSON.stringify(process.memoryUsage.rss()));';
const imported = (module: string): string => `await import(${JSON.stringify(module)}); ${report}`;
const running = `const { createNode } = await import(${JSON.stringify(lanpeer)});
  const node = createNode({ access: 'open', interfaces: ['127.0.0.1'] });
  await node.start();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  ${report}
  process.exit(0);`;

function subject(name: string, args: readonly string[], runs: number, hasMemory: boolean, missing?: string): Subject {
  return {
    name,
    ...(name !== bareNode && { base: bareNode }),
    ...(missing !== undefined && { missing }),
    measure(add) {
      const times: number[] = [];
      const memory: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        const begun = performance.now();
        const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 });
        if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1));
        times.push(performance.now() - begun);
        if (hasMemory) memory.push(Number(stdout) / 1e6);
      }
      // The node runs for a while before it is looked at.
      if (name !== 'a running node') add('time', percentile(times, 50));
      if (hasMemory) add('resident', percentile(memory, 50));
      return Promise.resolve();
    },
  };
}

const script = (text: string): readonly string[] => ['--input-type=module', '--eval', text];

/** From the start of a process to its end, and what it holds before it ends. */
export const start: Part = {
  name: 'start',
  title: 'Start of a process',
  underLoss: false,
  rows: [
    { key: 'time', title: 'start to exit', unit: 'ms', better: 'less' },
    { key: 'resident', title: 'RSS', unit: 'MB', better: 'less' },
  ],
  subjects: ({ quick }) => {
    const runs = quick ? 1 : 5;
    return [
      subject(bareNode, script(report), runs, true),
      subject("import('lanpeer')", script(imported(lanpeer)), runs, true),
      subject("import('ws')", script(imported(import.meta.resolve('ws'))), runs, true),
      subject("import('werift')", script(imported(import.meta.resolve('werift'))), runs, true),
      subject(
        "import('libp2p')",
        script(imported(fileAt('../stacks/node_modules/libp2p/dist/src/index.js'))),
        runs,
        true,
        isInstalled('libp2p') ? undefined : 'it is not installed: npm ci --prefix bench/stacks',
      ),
      subject('a running node', script(running), runs, true),
      subject('lanpeer --version', [main, '--version'], runs, false),
    ];
  },
};
