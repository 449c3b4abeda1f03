import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Resolved } from './avahi.ts';
import type { Host } from './hosts.ts';
import { works } from './namespace.ts';

/** A program with python-zeroconf on a host. */
export interface Zeroconf {
  resolved(): Promise<readonly Resolved[]>;
  stop(): Promise<void>;
}

/** Debian's, which has the package; another one may come first in the path. */
const python = '/usr/bin/python3';

/** Why python-zeroconf cannot be run; undefined if it can. */
export const missingZeroconf = (): string | undefined =>
  works(python, ['-c', 'import zeroconf']) ? undefined : 'python3-zeroconf is not installed';

export async function startZeroconf({ prefix, addresses }: Host, type: string): Promise<Zeroconf> {
  const script = fileURLToPath(new URL('browse_zeroconf.py', import.meta.url));
  const [program = '', ...args] = [...prefix, python, script, addresses[0] ?? '', type];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async resolved() {
      child.stdin.write('\n');
      const { value } = await lines.next();
      const seen = JSON.parse(String(value)) as readonly (readonly [string, string, number])[];
      return seen.map(([name, address, port]) => ({ name, address, port }));
    },
    async stop() {
      process.off('exit', kill);
      kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
