// The inspector's page in Chromium while the links of many peers break all the time: does it stay smooth, is it true?
//   node bench/flapping.ts [--peers 250] [--seconds 20] [--every 5]
import { launchChromium } from '../scripts/chromium.ts';
import { startFlapping } from './support/flapping.ts';
import { numberOption, percentile } from './support/statistics.ts';

const count = numberOption('peers', 250);
const seconds = numberOption('seconds', 20);
const everyMs = numberOption('every', 5);

const flapping = await startFlapping(count);
let transitions = 0;
flapping.node.connections$.subscribe(() => {
  transitions += 1;
});
const browser = await launchChromium();

/** Runs in the page: times between pictures, and tasks that held the page for 50 ms and more (W3C Long Tasks). */
const watch = `new Promise((done) => {
  const gaps = [], long = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  const begun = performance.now();
  let last = begun;
  requestAnimationFrame(function step(now) {
    gaps.push(now - last);
    last = now;
    if (now - begun < ${seconds * 1_000}) requestAnimationFrame(step);
    else done({ gaps, long });
  });
})`;

for (const slower of [1, 6]) {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  await page.goto(await flapping.node.inspect());
  await page.getByTestId('shown').getByText(`${count} of ${count}`).waitFor();
  await page.locator('[data-peer]').first().click();
  await page.locator('[data-view="transitions"]').click();
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
  transitions = 0;
  const settle = flapping.flap(everyMs);
  const { gaps, long } = (await page.evaluate(watch)) as Record<'gaps' | 'long', readonly number[]>;
  settle();
  const rate = Math.round(transitions / seconds);
  const settled = performance.now();
  await page.getByRole('button', { name: `connected ${count}` }).waitFor({ timeout: 60_000 });
  console.log(
    `${count} peers, ${rate} transitions a second, processor ${slower === 1 ? 'as it is' : `${slower} times slower`}: ` +
      `between pictures p50 ${percentile(gaps, 50).toFixed(0)}, p99 ${percentile(gaps, 99).toFixed(0)}, ` +
      `worst ${percentile(gaps, 100).toFixed(0)} ms; ${long.length} long tasks, worst ${Math.max(0, ...long).toFixed(0)} ms; ` +
      `all shown connected ${((performance.now() - settled) / 1_000).toFixed(1)} s after the last break`,
  );
  await page.close();
}
await browser.close();
await flapping.stop();
