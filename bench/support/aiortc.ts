import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Table } from './table.ts';

const script = fileURLToPath(new URL('aiortc_pair.py', import.meta.url));
// aiortc takes no loopback address: it gets a network of its own, which ends with it.
const network =
  'ip link set lo up; ip link add v0 type veth peer name v1; ip addr add 10.77.0.1/24 dev v0; ip link set v0 up; ip link set v1 up';

/** aiortc 1.4 as Debian has it, two peers in one process. Says why when it cannot be measured here. */
export function measureAiortc(table: Table): void {
  const command = `${network}; exec /usr/bin/python3 ${script}`;
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', command], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status !== 0) {
    console.log(
      `aiortc is not measured: it needs root and python3-aiortc. ${String(stderr).trim().split('\n').at(-1) ?? ''}`,
    );
    return;
  }
  for (const [row, values] of Object.entries(JSON.parse(stdout) as Record<string, readonly number[]>))
    for (const value of values) table.add(row, 'aiortc', value);
}
