// Writes the figures of the docs from bench/results: regions of pages, and plots. With --check it fails when they differ.
//   npm run figures [-- --check]
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parts } from '../bench/parts/index.ts';
import type { BenchResult } from '../bench/support/result.ts';
import { drawPlots } from './figures/plots.ts';
import { fillRegions } from './figures/regions.ts';
import { describeIdleAbove, describeMeshGrowth } from './figures/sentences.ts';
import { summaryTable } from './figures/summary-table.ts';
import { describePart, describeRun } from './figures/text.ts';

const pages = ['README.md', 'docs/performance.md', 'docs/reliability.md', 'docs/inspector.md', 'docs/transports.md'];
const plotFolder = 'docs/images/performance';

const pathOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (name: string): string => (existsSync(pathOf(name)) ? readFileSync(pathOf(name), 'utf8') : '');
const resultNamed = (name: string): BenchResult => JSON.parse(read(`bench/results/${name}.json`)) as BenchResult;

const latest = resultNamed('latest');
const lossy = readdirSync(pathOf('bench/results'))
  .flatMap((file) => /^(loss-[\d.]+)\.json$/.exec(file)?.[1] ?? [])
  .map(resultNamed)
  .sort((one, other) => one.lossPercent - other.lossPercent);

const notMeasured = 'Not measured yet.';

/** All parts that were measured where packets are lost. */
const describeLoss = (): string =>
  lossy.length === 0
    ? notMeasured
    : lossy
        .map((result) => {
          const parts = result.parts.map((part) => `**${part.title}**\n\n${describePart(part)}`);
          return [describeRun(result), ...parts].join('\n\n');
        })
        .join('\n\n');

const plots = drawPlots(latest);
/** Of a page in docs/. */
function describePlot(name: string): string | undefined {
  const plot = plots.get(name);
  return plot && (plot.svg === undefined ? notMeasured : `![${plot.title}](images/performance/${name}.svg)`);
}

function region(name: string): string | undefined {
  if (name === 'run') return describeRun(latest);
  if (name === 'summary') return summaryTable(latest);
  if (name === 'loss') return describeLoss();
  if (name === 'idle-above') return describeIdleAbove(latest);
  if (name === 'mesh-growth') return describeMeshGrowth(latest);
  if (name.startsWith('plot-')) return describePlot(name.slice('plot-'.length));
  const part = latest.parts.find((one) => one.name === name);
  if (part) return describePart(part);
  return parts.some((one) => one.name === name) ? notMeasured : undefined;
}

const files = new Map(pages.map((page) => [page, fillRegions(read(page), region)]));
for (const [name, { svg }] of plots) if (svg !== undefined) files.set(`${plotFolder}/${name}.svg`, svg);

if (process.argv.includes('--check')) {
  const stale = [...files].filter(([name, text]) => read(name) !== text).map(([name]) => name);
  if (stale.length > 0) console.error(`stale: ${stale.join(', ')}; run npm run figures`);
  else console.log(`the figures of ${files.size} files are those of bench/results`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(pathOf(plotFolder), { recursive: true });
  for (const [name, text] of files) if (read(name) !== text) writeFileSync(pathOf(name), text);
  console.log(`wrote ${[...files.keys()].join(', ')}`);
}
