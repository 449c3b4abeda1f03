import { execFileSync } from 'node:child_process';
import { makeNetworkKey } from '../../src/index.ts';
import { createMeshWorker, type Figures } from './mesh-worker.ts';
import { startOther } from './rpc.ts';

const progressEveryMs = 5_000;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

/**
 * Cuts a mesh into two halves for so long and heals it. The other half is a process in another network namespace; this
 * one must be in its own already (`bench/mesh-partition.sh`).
 */
export async function measurePartition(total: number, cutMs: number): Promise<void> {
  const { rpc, child } = startOther('mesh-other.ts', ['unshare', '-n', process.execPath]);
  await rpc.next('ready');
  // unshare becomes the process that it starts: the child is in the other namespace.
  execFileSync('ip', ['link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far', 'netns', String(child.pid)]);
  const networkKey = makeNetworkKey();
  const here = Math.ceil(total / 2);
  const worker = createMeshWorker('near', { nodes: here, total, networkKey, address: '10.77.0.1' });
  rpc.send('create', { nodes: total - here, total, networkKey, address: '10.77.0.2' });
  await rpc.next('created');

  const both = async (what: string, own: () => unknown): Promise<void> => {
    rpc.send(what);
    await Promise.all([own(), rpc.next(`${what} done`)]);
  };
  async function figures(): Promise<Figures> {
    rpc.send('figures');
    const there = (await rpc.next('figures')) as Figures;
    const own = worker.figures();
    return { cpuMs: own.cpuMs + there.cpuMs, rssMb: own.rssMb + there.rssMb, ends: own.ends + there.ends };
  }
  const tell = (what: string, ms: number, from: Figures, to: Figures): void =>
    console.log(
      `${what}: ${seconds(ms)}, CPU ${seconds(to.cpuMs - from.cpuMs)}, resident ${to.rssMb.toFixed(0)} MB, ${to.ends / 2} connections`,
    );

  let begun = performance.now();
  let last = await figures();
  async function step(what: string): Promise<void> {
    const now = await figures();
    tell(what, performance.now() - begun, last, now);
    begun = performance.now();
    last = now;
  }
  console.log(`${total} nodes in two processes, ${(total * (total - 1)) / 2} connections`);
  await both('start', worker.start);
  await both('whole', worker.whole);
  await step('whole after the start');
  await both('cut', worker.cut);
  await new Promise((resolve) => setTimeout(resolve, cutMs));
  await step('cut');
  await both('heal', worker.heal);
  const progress = setInterval(async () => {
    console.log(`  ${seconds(performance.now() - begun)}: ${(await figures()).ends / 2} connections`);
  }, progressEveryMs);
  await both('whole', worker.whole);
  clearInterval(progress);
  await step('whole again after the cut ended');
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  await step('the time after that');
  await both('stop', worker.stop);
  child.disconnect();
}
