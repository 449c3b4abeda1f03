// Replays one seed of the simulation and prints what happens: npm run simulate -- 42 [nodes]
import { simulate } from '../src/testing/simulation/index.ts';

const [seed = 1, nodes] = process.argv.slice(2).map(Number);
const { violations, digest, messages, streams } = await simulate({
  seed,
  ...(nodes && { nodes }),
  onLine: (line) => console.log(line),
});
console.log(
  `\nseed ${seed}, digest ${digest.slice(0, 16)}, ${messages.sent} messages sent, ${messages.delivered} delivered, ` +
    `${streams.opened} streams opened, ${streams.complete} complete`,
);
for (const violation of violations) console.log(violation);
console.log(violations.length === 0 ? 'no violations' : `${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
