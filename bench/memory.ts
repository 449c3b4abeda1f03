// Memory of an idle connection: many nodes connect to one, and its process is looked at before and after; beside it
// as many plain werift links, in a process of their own.
//   node bench/memory.ts [--links 200]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createNode, makeNetworkKey } from '../src/index.ts';
import { openRaw } from './support/raw.ts';
import { startOther } from './support/rpc.ts';
import { numberOption } from './support/statistics.ts';

const count = numberOption('links', 200);
/** Not counted: what is made once, for the first, is not what a connection costs. */
const warmUp = 5;

async function settled(): Promise<number> {
  for (let turn = 0; turn < 6; turn += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return process.memoryUsage.rss();
}

/** Bytes of RSS that one link of that kind costs this process. */
async function measure(kind: string): Promise<number> {
  const { rpc, child } = startOther('memory-other.ts');
  const networkKey = makeNetworkKey();
  const access = { networkKey };
  const node = createNode({ name: 'hub', access, interfaces: ['127.0.0.1'], discovery: false, maxPeers: 256 });
  await node.start();
  rpc.send('target', { networkKey, port: node.port, id: node.id });
  const kept: unknown[] = [];
  const grow = async (links: number): Promise<void> => {
    for (let at = 0; at < links; at += 1) {
      rpc.send(kind);
      if (kind === 'raw') kept.push(await openRaw('offerer', rpc));
      await rpc.next('open');
    }
  };
  await grow(warmUp);
  const before = await settled();
  await grow(count);
  const after = await settled();
  child.kill('SIGKILL');
  return (after - before) / count;
}

const only = process.argv[process.argv.indexOf('--only') + 1];
if (process.argv.includes('--only') && only !== undefined) {
  console.log(await measure(only));
  process.exit(0);
}
const inProcess = (kind: string): number => {
  const args = ['--expose-gc', fileURLToPath(import.meta.url), '--links', String(count), '--only', kind];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' })) / 1_024;
};
const raw = inProcess('raw');
const ours = inProcess('lanpeer');
console.log(`plain werift  ${raw.toFixed(0)} KiB RSS a link`);
console.log(
  `lanpeer       ${ours.toFixed(0)} KiB RSS an idle connection, ${(ours - raw).toFixed(0)} over plain werift`,
);
