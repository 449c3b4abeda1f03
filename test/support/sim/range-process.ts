// Simulates the seeds from the first number up to and without the second; each result is a message to the parent.
import { simulate } from '../../../src/testing/simulation/index.ts';

const [from = 0, to = 0] = process.argv.slice(2).map(Number);
for (let seed = from; seed < to; seed += 1) process.send?.(await simulate({ seed }));
