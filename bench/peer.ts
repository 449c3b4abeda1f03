// One end of a stack that is measured, in a process of its own; the near end starts the far one.
//   node bench/peer.ts STACK near|far
import type { Driver } from './stacks/driver.ts';
import { stackNamed } from './stacks/index.ts';
import { NearDriver } from './support/near-driver.ts';
import { parent, type Rpc, startOther } from './support/rpc.ts';
import type { Call } from './support/stack-process.ts';

const [name = '', end] = process.argv.slice(2);
const stack = stackNamed(name);
process.once('disconnect', () => process.exit());

async function runFar(near: Rpc): Promise<void> {
  let left = 0;
  let size = 0;
  let cpu = process.cpuUsage();
  function bytes(count: number): void {
    left -= count;
    if (left > 0) return;
    const { user, system } = process.cpuUsage(cpu);
    near.send('arrived', (user + system) / 1_000);
  }
  near.on('expect', (value) => {
    const expected = value as { readonly bytes: number; readonly count: number };
    size = expected.bytes;
    left = expected.bytes * expected.count;
    cpu = process.cpuUsage();
    near.send('expecting');
  });
  await stack.far(near, { bytes, message: () => bytes(size) });
}

async function runNear(runner: Rpc): Promise<void> {
  const far = startOther('peer.ts', undefined, [name, 'far']);
  const driver: Driver = new NearDriver(await stack.near(far.rpc), far);
  async function answer({ id, method, args }: Call): Promise<void> {
    try {
      const run = driver[method] as (...args: unknown[]) => Promise<unknown>;
      runner.send('result', { id, value: await run.apply(driver, [...args]) });
    } catch (error) {
      runner.send('result', { id, error: String(error) });
    }
  }
  runner.on('call', (call) => void answer(call as Call));
}

await (end === 'far' ? runFar : runNear)(parent());
