import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { SimulationResult } from '../../../src/testing/simulation/index.ts';

const program = fileURLToPath(new URL('range-process.ts', import.meta.url));

function simulateRange(from: number, to: number): Promise<SimulationResult[]> {
  return new Promise((resolve, reject) => {
    const results: SimulationResult[] = [];
    const child = fork(program, [`${from}`, `${to}`], { execArgv: [] });
    child.on('message', (result) => void results.push(result as SimulationResult));
    child.once('exit', (code) => {
      if (results.length === to - from) resolve(results);
      else
        reject(
          new Error(`The process that simulates ${from} to ${to} ended with ${code} at ${from + results.length}.`),
        );
    });
  });
}

/** Simulates so many seeds from that one on, by one process for each processor. */
export async function simulateMany(first: number, count: number): Promise<SimulationResult[]> {
  const processes = availableParallelism();
  const at = (no: number): number => first + Math.floor((count * no) / processes);
  const ranges = Array.from({ length: processes }, (_, no) => simulateRange(at(no), at(no + 1)));
  return (await Promise.all(ranges)).flat();
}
