import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MeshFigures } from '../support/mesh-figures.ts';
import type { Part } from '../support/part.ts';

const meshSizes = [10, 20, 30, 50, 80] as const;
const script = fileURLToPath(new URL('../mesh.ts', import.meta.url));
const limitMs = 300_000;

/** Nodes of one process that find each other by mDNS; each mesh in a process of its own. */
export const mesh: Part = {
  name: 'mesh',
  title: 'Full mesh of the nodes of one process, by mDNS',
  underLoss: false,
  limitSeconds: 600,
  rows: [
    { key: 'whole', title: 'all connected', unit: 's', better: 'less' },
    { key: 'whole-cpu', title: 'CPU a connection until then', unit: 'ms', better: 'less' },
    { key: 'upgraded', title: 'all over WebRTC', unit: 's', better: 'less' },
    { key: 'upgraded-cpu', title: 'CPU a connection until then', unit: 'ms', better: 'less' },
    { key: 'lost', title: 'connections lost', unit: '', better: 'less' },
  ],
  subjects: ({ quick, rounds }) =>
    (quick ? meshSizes.slice(0, 2) : meshSizes).map((nodes) => ({
      name: `${nodes} nodes`,
      // 3,160 connections take their time.
      rounds: nodes > 50 ? Math.min(rounds, 2) : rounds,
      async measure(add) {
        const args = [script, '--nodes', String(nodes), '--json'];
        const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: limitMs });
        const figures = JSON.parse(stdout) as MeshFigures;
        add('whole', figures.wholeSeconds);
        add('whole-cpu', figures.wholeCpuMs);
        add('upgraded', figures.upgradedSeconds);
        add('upgraded-cpu', figures.upgradedCpuMs);
        add('lost', figures.lost);
      },
    })),
};
