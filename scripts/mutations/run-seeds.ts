import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { SimulationResult } from '../../src/testing/simulation/index.ts';

/** Bounds over a whole range of seeds. */
const mostHealedMs = 3_000;
const mostKilledMs = 1_000;

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

/** Simulates seeds with the sources in that directory until there is a violation: returns it, or undefined for none. */
export async function findViolation(directory: string, seeds: number): Promise<string | undefined> {
  const processes = availableParallelism();
  const results: SimulationResult[] = [];
  let violation: string | undefined;
  const children = new Set<ReturnType<typeof fork>>();

  function begin(from: number, to: number): Promise<void> {
    return new Promise((resolve) => {
      const program = join(directory, 'test/support/sim/range-process.ts');
      const child = fork(program, [`${from}`, `${to}`], { execArgv: [], stdio: 'ignore' });
      children.add(child);
      const stop = (what: string): void => {
        violation ??= what;
        for (const one of children) one.kill('SIGKILL');
      };
      // A mutation may make a process loop for ever.
      let deadline = setTimeout(stop, 20_000, 'a seed does not end');
      child.on('message', (message) => {
        clearTimeout(deadline);
        deadline = setTimeout(stop, 20_000, 'a seed does not end');
        const result = message as SimulationResult;
        results.push(result);
        const [first] = result.violations;
        if (first !== undefined) stop(`seed ${result.seed} ${first}`);
      });
      child.once('exit', (code) => {
        clearTimeout(deadline);
        children.delete(child);
        if (code !== 0 && code !== null) stop(`the process ended with ${code}`);
        resolve();
      });
    });
  }

  const at = (no: number): number => 1 + Math.floor((seeds * no) / processes);
  await Promise.all(Array.from({ length: processes }, (_, no) => begin(at(no), at(no + 1))));
  if (violation !== undefined) return violation;
  const healed = percentile(
    results.map(({ healedMs }) => healedMs),
    0.95,
  );
  if (healed > mostHealedMs) return `p95 of the time to heal is ${healed} ms`;
  const killed = percentile(
    results.flatMap(({ detections }) => detections.filter(({ what }) => what === 'killed').map(({ ms }) => ms)),
    0.98,
  );
  return killed > mostKilledMs ? `p98 of the time to notice a killed process is ${killed} ms` : undefined;
}
