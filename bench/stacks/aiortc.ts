import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { callLimitMs, type Driver } from './driver.ts';
import type { Stack } from './stack.ts';

const python = process.env['LANPEER_BENCH_PYTHON'] ?? '/usr/bin/python3';
const script = fileURLToPath(new URL('aiortc_pair.py', import.meta.url));
// aiortc takes no loopback address: it gets a network of its own, which ends with it.
const network =
  'ip link set lo up; ip link add v0 type veth peer name v1; ip addr add 10.77.0.1/24 dev v0; ip link set v0 up; ip link set v1 up';

const cannot = (): Promise<never> => Promise.reject(new Error('aiortc is not asked for that'));

/** aiortc as Debian has it, two peers in one process. */
export const aiortcStack: Stack = {
  name: 'aiortc',
  abilities: ['connect', 'messages'],
  largest: 61_440,
  near: cannot,
  far: cannot,
};

/** Why it cannot be measured here. */
export function aiortcMissing(): string | undefined {
  // Its network has no losses.
  if (process.env['LANPEER_BENCH_LOSS'] !== undefined) return 'it has a network of its own';
  const { status } = spawnSync('unshare', ['-n', python, '-c', 'import aiortc'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'it needs root and the package python3-aiortc';
}

export function startAiortc(): Driver & { close(): void } {
  const child = spawn('unshare', ['-n', 'sh', '-c', `${network}; exec ${python} ${script}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: PromiseWithResolvers<unknown>[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)));
  child.once('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`its process ended with ${code}`));
  });
  function call<T>(...command: readonly unknown[]): Promise<T> {
    const waiter = Promise.withResolvers<unknown>();
    waiting.push(waiter);
    const limit = setTimeout(() => child.kill('SIGKILL'), callLimitMs);
    child.stdin.write(`${JSON.stringify(command)}\n`);
    return waiter.promise.finally(() => clearTimeout(limit)) as Promise<T>;
  }
  return {
    connect: (count) => call('connect', count),
    pings: (count) => call('pings', count),
    flood: (bytes, count) => call('flood', bytes, count),
    pingsBeside: cannot,
    hold: cannot,
    notice: cannot,
    close: () => void child.kill('SIGKILL'),
  };
}
