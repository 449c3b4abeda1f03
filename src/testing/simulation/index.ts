export type { Detection } from './invariants.ts';
export { createSeededRandom, type SeededRandom } from './seeded-random.ts';
export { type SimulationOptions, type SimulationResult, simulate } from './simulate.ts';
