// Runs one of the workloads of scripts/counts.ts in this process, and prints what it counted as JSON.
//   node --expose-gc scripts/count-workload.ts tls|webrtc|mesh [--planted]
import { Counters } from './counts/counters.ts';
import { hook } from './counts/hooks.ts';
import { Machines } from './counts/machines.ts';
import { measureMesh } from './counts/mesh.ts';
import { measurePair } from './counts/pair.ts';
import { TlsContents } from './counts/tls-contents.ts';

const [workload, planted] = process.argv.slice(2);
const counters = new Counters(planted === '--planted');
const contents = new TlsContents(counters);
hook(counters, contents);
const instruments = { counters, contents, machines: new Machines(counters) };
const counts =
  workload === 'mesh'
    ? await measureMesh(instruments)
    : await measurePair(instruments, workload === 'tls' ? 'tls' : 'webrtc');
process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit());
