import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { Host } from './support/hosts.ts';
import { lasting, seen, withLab } from './support/lab.ts';
import { told } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';

const script = fileURLToPath(new URL('support/unauthenticated-process.ts', import.meta.url));
const children = new Set<ChildProcess>();
/** Where both nodes listen: strangers are there before the newcomer is. */
const port = 47_100;

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

/** Strangers at so many addresses of that host's network. */
async function startStrangers(host: Host, mode: string, count: number, targets: readonly string[]): Promise<void> {
  const addresses = Array.from({ length: count }, (_, no) => `10.77.1.${no + 1}`);
  for (const address of addresses) host.run('ip', 'addr', 'add', `${address}/16`, 'dev', 'lan0');
  const [program = '', ...words] = [...host.prefix, process.execPath, script];
  const rate = String(Math.max(1, Math.round(120 / count)));
  const child = spawn(program, [...words, mode, addresses.join(), targets.join(), rate], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  await once(child.stdout, 'data');
}

describe.skipIf(skipped())('unauthenticated sockets at a node and at a newcomer', () => {
  test.each([
    ['silent', 3],
    ['hello', 3],
    ['tls', 3],
    ['churn', 3],
    ['silent', 50],
    ['hello', 50],
    ['half', 10],
    ['tls', 50],
  ])('%s, from %i addresses: the newcomer is connected in 2 s', (mode, count) =>
    withLab({ hosts: 3 }, async (lab) => {
      const [first, second, hostile] = lab.hosts;
      if (!hostile) throw new Error('three hosts were made');
      for (const host of [first, second]) host.run('ip', 'addr', 'add', `${host.addresses[0]}/16`, 'dev', 'lan0');
      const node = await lab.start(first, ['--port', String(port)]);
      const targets = [first, second].map(({ addresses }) => `${addresses[0]}:${port}`);
      await startStrangers(hostile, mode, count, targets);
      await lasting(3_000);
      const began = Date.now();
      const newcomer = await lab.start(second, ['--port', String(port)]);
      const started = Date.now() - began;
      const ms = Math.max(0, (await told(newcomer, node, ['connected'], began)) - started);
      seen(`${mode} from ${count} addresses: connected ${ms} ms after the newcomer was ready`);
      // On what may be two cores, which the strangers need as well.
      expect(ms).toBeLessThan(4_000);
    }),
  );
});
