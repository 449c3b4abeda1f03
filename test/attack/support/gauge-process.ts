// Preloaded into the victim (`--import`): a line each 100 ms with the wall clock and the longest time that its event loop
// was held since the last one. Processor time of the main thread counts, so that other processes of a busy machine do not.
import { openSync, writeSync } from 'node:fs';

const [everyMs, tellEveryMs] = [5, 100];
const file = process.env['LANPEER_GAUGE'];

if (file !== undefined) {
  const out = openSync(file, 'a');
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let last = cpuMs();
  let longest = 0;
  let told = Date.now();
  setInterval(() => {
    const now = cpuMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (Date.now() - told < tellEveryMs) return;
    told = Date.now();
    writeSync(out, `${told} ${longest.toFixed(1)}\n`);
    longest = 0;
    last = cpuMs();
  }, everyMs).unref();
}
