// What takes too long for every change and has to hold before a release: `npm run release-check [-- [--minutes 5] [--short]
// [part of a step's name]]` with minutes of fuzzing for each decoder. `--short` runs each step for some minutes at most, to
// see that it works. A step that fails, or takes longer than it may, does not stop the others; the last line counts them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '5' }, short: { type: 'boolean', default: false } },
});
const { short } = values;
const minutes = short ? 1 / 60 : Number(values.minutes);
if (!(minutes > 0 && minutes <= 120)) throw new Error('Give minutes of fuzzing for each decoder, at most 120.');
/** Another one each day: what one run has not found, the next may. */
const seed = Math.floor(Date.now() / 86_400_000);

interface Step {
  readonly name: string;
  /** Of package.json, and what it is given. */
  readonly script: readonly [name: string, ...args: readonly string[]];
  readonly env?: Readonly<Record<string, string | number>>;
  /** Longer than this is a failure. */
  readonly limitMinutes: number;
}

/** Each decoder has a test; two run at a time. */
const decoders = 30;

const steps: readonly Step[] = [
  {
    name: 'fuzzers',
    script: ['test:fuzz', `--testTimeout=${Math.round((minutes + 5) * 60_000)}`],
    env: { LANPEER_FUZZ_MS: Math.round(minutes * 60_000), LANPEER_FUZZ_SEED: seed },
    limitMinutes: 10 + decoders * minutes,
  },
  {
    name: 'simulation of many seeds',
    script: ['test:sim'],
    env: { LANPEER_SEEDS: short ? 100 : 10_000, LANPEER_FIRST_SEED: seed },
    limitMinutes: short ? 10 : 180,
  },
  {
    name: 'all mutations',
    script: ['mutations', ...(short ? ['--sample', '2'] : [])],
    limitMinutes: short ? 10 : 120,
  },
  {
    name: 'a thousand kills',
    script: ['test:net', 'test/net/delivery/callbacks.test.ts', '--testNamePattern=killed peer'],
    env: { LANPEER_KILLS: short ? 3 : 250 },
    limitMinutes: short ? 10 : 90,
  },
  {
    name: 'a stream over five hundred cuts',
    script: ['test:net', 'test/net/delivery/stream-cuts.test.ts'],
    env: { LANPEER_STREAM_MB: short ? 100 : 10_000, LANPEER_STREAM_CUTS: short ? 5 : 500 },
    limitMinutes: short ? 10 : 60,
  },
  {
    name: 'a gigabyte of a file over twenty cuts, and fifty kills',
    script: ['test:net', 'test/net/cli/files-cut.test.ts'],
    env: { LANPEER_FILE_MB: short ? 100 : 1_000, LANPEER_FILE_KILLS: short ? 3 : 50, LANPEER_FILE_SEED: seed },
    limitMinutes: short ? 10 : 40,
  },
  {
    name: 'a slow reader of a stream',
    script: ['bench:slow-reader', '--minutes', short ? '0.2' : '10'],
    limitMinutes: short ? 5 : 15,
  },
  {
    name: 'eleven gigabytes',
    script: ['test:net', 'test/net/delivery/many.test.ts'],
    env: { LANPEER_MESSAGES: short ? 20_000 : 700_000, LANPEER_MESSAGE_BYTES: 16_000 },
    limitMinutes: short ? 10 : 120,
  },
  {
    name: 'long faults in network namespaces',
    script: ['test:lab', ...(short ? ['test/lab/frozen.test.ts'] : [])],
    env: { LANPEER_LAB_LONG: short ? 0 : 1 },
    limitMinutes: short ? 10 : 60,
  },
  {
    name: 'the doctor on a sound network',
    script: ['test:lab', 'test/lab/doctor-sound.test.ts'],
    env: { LANPEER_DOCTOR_RUNS: short ? 4 : 100 },
    limitMinutes: short ? 5 : 30,
  },
  {
    name: 'attacks',
    script: ['test:attack', ...(short ? ['test/attack/disposable-identities.test.ts'] : [])],
    limitMinutes: short ? 10 : 30,
  },
];

async function passes({ name, script: [script, ...args], env, limitMinutes }: Step): Promise<boolean> {
  console.log(`\n== ${name}, ${Math.round(limitMinutes)} minutes at most`);
  const begun = performance.now();
  const given = Object.entries(env ?? {}).map(([key, value]) => [key, `${value}`]);
  // A group of its own, so that its end is the end of everything that it started.
  const child = spawn('npm', ['run', script, '--', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    env: { ...process.env, ...Object.fromEntries(given) },
  });
  const end = (): void => void (child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'));
  const stop = (): void => {
    end();
    process.exit(1);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const timer = setTimeout(end, limitMinutes * 60_000);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  const seconds = Math.round((performance.now() - begun) / 1_000);
  console.log(`-- ${name}: ${code === 0 ? 'ok' : `FAILED (${code ?? signal})`}, ${seconds} s`);
  return code === 0;
}

const chosen = steps.filter(({ name }) => name.includes(positionals[0] ?? ''));
if (chosen.length === 0) throw new Error(`There is no such step: ${steps.map(({ name }) => name).join(', ')}.`);
let passed = 0;
for (const step of chosen) if (await passes(step)) passed += 1;
console.log(`\nrelease check, seed ${seed}: ${passed} passed, ${chosen.length - passed} failed`);
process.exitCode = passed === chosen.length ? 0 : 1;
