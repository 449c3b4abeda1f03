// What takes too long for every change and has to hold before a release: `npm run release-check [-- MINUTES]` with minutes of
// fuzzing for each decoder, default 5. A step that fails does not stop the others; the last line counts them.
import { spawnSync } from 'node:child_process';

const minutes = Number(process.argv[2] ?? 5);
if (!(minutes > 0 && minutes <= 120)) throw new Error('Give minutes of fuzzing for each decoder, at most 120.');
/** Another one each day: what one run has not found, the next may. */
const seed = Math.floor(Date.now() / 86_400_000);

interface Step {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const fuzzing = { LANPEER_FUZZ_MS: String(minutes * 60_000), LANPEER_FUZZ_SEED: String(seed) };
const steps: readonly Step[] = [
  { name: 'fuzzers', script: 'test:fuzz', args: [`--testTimeout=${(minutes + 5) * 60_000}`], env: fuzzing },
  {
    name: 'simulation of many seeds',
    script: 'test:sim',
    env: { LANPEER_SEEDS: '20000', LANPEER_FIRST_SEED: String(seed) },
  },
  { name: 'mutations', script: 'mutations' },
  { name: 'attacks', script: 'test:attack' },
];

const failed = steps.filter(({ name, script, args = [], env }) => {
  console.log(`\n== ${name}`);
  const { status } = spawnSync('npm', ['run', script, '--', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  console.log(`-- ${name}: ${status === 0 ? 'ok' : 'FAILED'}`);
  return status !== 0;
});
console.log(`\nrelease check, seed ${seed}: ${steps.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
