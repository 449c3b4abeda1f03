// Many nodes in one process form a full mesh by mDNS on loopback: how long that takes, what a connection costs, and what
// is left. With several numbers of nodes each mesh has a process of its own. With --partition the mesh is cut into halves
// for so many milliseconds, and what the healing takes is measured; that needs namespaces: bench/mesh-partition.sh.
//   node bench/mesh.ts [--nodes 10,20,30,50,80] [--transports webrtc,tls] [--partition 20000]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type MeshFigures, measureMesh } from './support/mesh-figures.ts';
import { measurePartition } from './support/partition.ts';
import { numberOption, stringOption } from './support/statistics.ts';

const counts = (stringOption('nodes') ?? '20').split(',').map(Number);
const transports = stringOption('transports');
const cutMs = numberOption('partition', 0);

/** Measured by a process of its own: what an earlier mesh left behind would count. */
function inProcess(count: number): MeshFigures {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), '--nodes', String(count), '--json'];
  if (transports !== undefined) args.push('--transports', transports);
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

const cells = (one: MeshFigures): readonly string[] => [
  String(one.nodes),
  String(one.connections),
  one.wholeSeconds.toFixed(2),
  one.wholeCpuMs.toFixed(1),
  one.upgradedSeconds.toFixed(2),
  one.upgradedCpuMs.toFixed(1),
  String(one.upgraded),
  String(one.lost),
  String(one.retries),
];

const [count = 20] = counts;
if (cutMs > 0) await measurePartition(count, cutMs);
else if (process.argv.includes('--json')) console.log(JSON.stringify(await measureMesh(count, transports?.split(','))));
else {
  console.log('nodes  links   whole s  CPU ms a link   upgraded s  CPU ms a link  upgraded  lost  retries');
  const widths = [5, 6, 9, 14, 12, 14, 9, 5, 8];
  for (const each of counts)
    console.log(
      cells(inProcess(each))
        .map((cell, at) => cell.padStart(widths[at] ?? 0))
        .join(' '),
    );
}
