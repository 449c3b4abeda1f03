export { createSeeded, type Seeded } from './seeded.ts';
export { type SimulationOptions, type SimulationResult, simulate } from './simulate.ts';
export type { Detection } from './truth.ts';
