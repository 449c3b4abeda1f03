// Nodes as processes on loopback send each other messages while every ten seconds something happens to one of them: what
// they hold, and whether a session keeps its promise. V8 lets garbage pile up to some 120 MB before it looks at what is
// old, which is seldom in half an hour: with a limit of the heap it looks more often, and memory says what is in use.
//   npm run bench:soak -- [--nodes 4] [--minutes 30] [--seed 1] [--heap 64]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeNetworkKey } from '../src/index.ts';
import { createMessageChecker } from './support/message-checker.ts';
import { usageOf } from './support/process-usage.ts';
import { createRng } from './support/rng.ts';
import { nextFault } from './support/soak-faults.ts';
import { SoakNode } from './support/soak-node.ts';
import { numberOption } from './support/statistics.ts';
import { trend } from './support/trend.ts';

const faultEveryMs = 10_000;
const sendEveryMs = 50;
const settleMs = 20_000;

const minutes = numberOption('minutes', 30);
const seed = numberOption('seed', 1);
const random = createRng(seed);
const directory = await mkdtemp(join(tmpdir(), 'lanpeer-soak-'));
const keyFile = join(directory, 'network.key');
await writeFile(keyFile, `${makeNetworkKey()}\n`, { mode: 0o600 });
const messages = createMessageChecker();
const env = { ...process.env, NODE_OPTIONS: `--max-old-space-size=${numberOption('heap', 64)}` };
const nodes = Array.from({ length: numberOption('nodes', 4) }, (_, at) => {
  const name = `n${at}`;
  const state = join(directory, name);
  const where = ['--interface', '127.0.0.1', '--key-file', keyFile, '--state', state, '--name', name];
  return new SoakNode(name, ['run', '--json', ...where], env, messages);
});
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const memory: number[] = [];
const descriptors: number[] = [];

function line(): string {
  const { sent, delivered, undelivered } = messages.counts();
  const held = nodes.map(({ name, pid }) => {
    const of = usageOf(pid);
    return `${name} ${of ? `${of.rssMb.toFixed(0)} MB ${of.descriptors} fd` : 'down'}`;
  });
  return `${held.join(', ')}; sent ${sent}, delivered ${delivered}, undelivered ${undelivered}`;
}

try {
  console.log(`${nodes.length} nodes, ${minutes} minutes, seed ${seed}`);
  await Promise.all(nodes.map((node) => node.start()));
  const sending = setInterval(() => {
    for (const node of nodes) node.send();
  }, sendEveryMs);
  const begun = performance.now();
  const end = begun + minutes * 60_000;
  const sampling = setInterval(() => {
    const steady = usageOf(nodes[0]?.pid ?? 0);
    if (steady) {
      memory.push(steady.rssMb);
      descriptors.push(steady.descriptors);
    }
    if (memory.length % 6 === 0) console.log(`${memory.length / 6} min: ${line()}`);
  }, faultEveryMs);
  for (
    let next = begun + faultEveryMs;
    next < end;
    next = Math.max(next, performance.now() - faultEveryMs) + faultEveryMs
  ) {
    await pause(Math.max(0, next - performance.now()));
    const what = await nextFault(nodes, random);
    console.log(`${((performance.now() - begun) / 1_000).toFixed(0)} s: ${what}`);
  }
  await pause(Math.max(0, end - performance.now()));
  clearInterval(sending);
  // What is under way has the time to come, also to one that was frozen just before.
  for (let waited = 0; waited < settleMs && messages.counts().open + messages.counts().lost > 0; waited += 100)
    await pause(100);
  clearInterval(sampling);
  const counts = messages.counts();
  console.log(`at the end: ${line()}`);
  console.log(JSON.stringify(counts));
  const whole = nodes.every(({ peers }) => peers.size === nodes.length - 1);
  const kept = counts.lost + counts.wrong + counts.unexplained + counts.open === 0;
  console.log(`memory of n0 in MB: ${trend(memory, 8)}; its descriptors: ${trend(descriptors, 4)}`);
  console.log(
    `mesh whole: ${whole}; messages lost within the promise of a session: ${counts.lost + counts.unexplained}`,
  );
  process.exitCode = kept && whole ? 0 : 1;
} finally {
  await Promise.all(nodes.map((node) => node.stop()));
  await rm(directory, { recursive: true, force: true });
}
