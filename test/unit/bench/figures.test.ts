import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { BenchResult } from '../../../bench/support/result.ts';
import { logRange, logScale, logTicks, shortBytes, shortNumber } from '../../../scripts/figures/axis.ts';
import { drawPlot } from '../../../scripts/figures/plot.ts';
import { drawPlots } from '../../../scripts/figures/plots.ts';
import { fillRegions } from '../../../scripts/figures/regions.ts';
import { describeIdleAbove, describeMeshGrowth } from '../../../scripts/figures/sentences.ts';
import { summaryTable } from '../../../scripts/figures/summary-table.ts';
import { describePart, describeRun, figure, markdownTable } from '../../../scripts/figures/text.ts';

const result: BenchResult = {
  date: '2026-11-26',
  machine: { processors: 2, model: 'Any', memoryGb: 24, platform: 'linux x64', node: 'v24.21.0' },
  rounds: 2,
  quick: false,
  lossPercent: 1,
  seconds: 9,
  parts: [
    {
      name: 'sizes',
      title: 'By size',
      seconds: 9,
      load: [0.5, 1.25],
      rows: [100, 1_024].map((bytes) => ({
        key: String(bytes),
        title: String(bytes),
        unit: '1/s',
        better: 'more',
        values: { ours: [bytes * 2, bytes * 4], 'raw <&>': [bytes, bytes] },
      })),
      bases: { ours: 'raw <&>' },
      notes: ['other was not measured: it is not installed'],
    },
  ],
};

/** Elements that are opened and closed in turn, and attributes in quotes: what an XML parser asks for here. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  const tag = /<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)\s*(\/?)>/y;
  for (let at = 0; at < xml.length; ) {
    tag.lastIndex = at;
    const found = tag.exec(xml);
    if (found) {
      const [, closes, name = '', , empty] = found;
      if (closes && open.pop() !== name) return false;
      if (!closes && !empty) open.push(name);
      at = tag.lastIndex;
    } else if (xml[at] === '<' || /^&(?!amp;|lt;|gt;|quot;)/.test(xml.slice(at, at + 8))) return false;
    else at += 1;
  }
  return open.length === 0;
}

describe('regions', () => {
  const page = 'before\n<!-- figures:begin a -->\nold\n<!-- figures:end -->\nafter 1\n';

  it('are filled, and nothing else changes', () => {
    const filled = fillRegions(page, () => 'new\n');
    expect(filled).toBe('before\n<!-- figures:begin a -->\nnew\n<!-- figures:end -->\nafter 1\n');
    expect(fillRegions(filled, () => 'new')).toBe(filled);
  });

  it('must have an end and somebody who writes them', () => {
    expect(() => fillRegions('<!-- figures:begin a -->\n', () => 'x')).toThrow('The region a has no end');
    expect(() => fillRegions(page, () => undefined)).toThrow('Nobody writes a region a');
  });
});

describe('texts', () => {
  it('say when, where and how it was measured', () => {
    expect(describeRun(result)).toBe(
      'Measured on 2026-11-26: 2 processors (Any), 24 GiB, linux x64, Node 24.21.0, all on one machine, 1 % of all packets ' +
        'lost each way; 2 rounds in 0.15 min, load average 0.5 to 1.25.',
    );
    const [part] = result.parts;
    const again = { ...result, parts: [...result.parts, { ...part, rows: [{ key: 'a', values: { one: [1] } }] }] };
    expect(describeRun(again as unknown as BenchResult)).toContain('; 1 to 2 rounds of a part in ');
    expect(describeRun({ ...result, quick: true })).toMatch(
      /A quick run: it shows that everything works, no figures\.$/,
    );
  });

  it('have a table of each part, with what was not measured', () => {
    expect(describePart(result.parts[0] as (typeof result.parts)[0]).split('\n')).toEqual([
      '|  | 100, 1/s | 1024, 1/s |',
      '|---|---|---|',
      '| ours | 200 (200–400), × 2 | 2,050 (2,050–4,100), × 2 |',
      '| raw <&> | 100 | 1,020 |',
      '',
      '- other was not measured: it is not installed',
    ]);
    expect(markdownTable([['a|b']])).toBe('| a\\|b |\n|---|');
  });

  it('have single figures with their ratio, and none of what was not measured', () => {
    expect(figure(result, 'sizes/100/ours')).toBe('200/s (× 2)');
    expect(figure(result, 'sizes/100/raw <&>', 'ours')).toBe('100/s (× 0.25)');
    expect(figure(result, 'sizes/100/nobody')).toBeUndefined();
    expect(figure(result, 'none/100/ours')).toBeUndefined();
  });

  it('say what a connection costs above the stack below, and how the cost grows in a mesh', () => {
    const row = { title: 'any', unit: 'KiB', better: 'less' as const };
    const part = { title: 'Any', seconds: 1, load: [0, 0] as const, notes: [] };
    const parts: BenchResult['parts'] = [
      {
        ...part,
        name: 'idle',
        rows: [{ ...row, key: 'in-use', values: { ours: [300], raw: [160] } }],
        bases: { ours: 'raw' },
      },
      {
        ...part,
        name: 'mesh',
        rows: [{ ...row, key: 'whole-cpu', values: { '80 nodes': [9], '10 nodes': [6] } }],
        bases: {},
      },
    ];
    expect(describeIdleAbove({ ...result, parts })).toBe('Heap in use and native, ours: 140 KiB more than raw.');
    expect(describeMeshGrowth({ ...result, parts })).toBe(
      'From 10 nodes to 80 nodes the processor time of a connection grows × 1.5.',
    );
    expect([describeIdleAbove(result), describeMeshGrowth(result)]).toEqual(['Not measured yet.', 'Not measured yet.']);
  });

  it('of the README say what was not measured', () => {
    expect(summaryTable(result)).toContain('| messages of 16 KiB | – | – | `npm run bench -- --only bulk` |');
  });
});

describe('axes', () => {
  it('end at 1, 2 or 5 times a power of ten, around all values', () => {
    expect(logRange([3, 40, 700])).toEqual([2, 1_000]);
    expect(logRange([0.2, 0.2])).toEqual([0.2, 2]);
    expect(logTicks(2, 20)).toEqual([2, 5, 10, 20]);
    expect(logTicks(1, 1_000)).toEqual([1, 10, 100, 1_000]);
  });

  it('have equal steps for equal ratios, and short texts', () => {
    expect([1, 10, 100].map(logScale(1, 100))).toEqual([0, 0.5, 1]);
    expect([0.5, 20, 50_000, 2e6].map(shortNumber)).toEqual(['0.5', '20', '50k', '2M']);
    expect([100, 16_384, 1_048_576].map(shortBytes)).toEqual(['100 B', '16 KiB', '1 MiB']);
  });
});

describe('plots', () => {
  const svg = drawPlots(result).get('throughput')?.svg ?? '';

  it('are well-formed, and name axes, units and lines', () => {
    expect(isWellFormed(svg)).toBe(true);
    expect(isWellFormed(svg.replace('</text>', ''))).toBe(false);
    for (const name of ['size of a message', 'MB/s', '100 B', '1 KiB', 'ours', 'raw &lt;&amp;&gt;'])
      expect(svg).toContain(`>${name}<`);
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('have a point of each row within the area, with its spread', () => {
    expect(svg.match(/<circle/g)).toHaveLength(4);
    expect(svg.match(/class="spread"/g)).toHaveLength(4);
    const places = [...svg.matchAll(/<circle [^>]*cx="([\d.-]+)" cy="([\d.-]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    for (const [x = 0, y = 0] of places) {
      expect(x).toBeGreaterThanOrEqual(72);
      expect(x).toBeLessThanOrEqual(560);
      expect(y).toBeGreaterThanOrEqual(48);
      expect(y).toBeLessThanOrEqual(360);
    }
  });

  it('are not drawn of what was not measured', () => {
    const drawn = [...drawPlots(result)].filter(([, plot]) => plot.svg !== undefined);
    expect(drawn.map(([name]) => name)).toEqual(['throughput']);
    expect(drawPlot({ title: 'a', x: 'b', y: 'c', series: [] })).toContain('<svg');
  });
});

it('the result that the docs are written from has the shape of one', () => {
  const path = fileURLToPath(new URL('../../../bench/results/latest.json', import.meta.url));
  const latest = JSON.parse(readFileSync(path, 'utf8')) as BenchResult;
  expect(Object.keys(latest).sort()).toEqual(Object.keys(result).sort());
  for (const part of latest.parts) expect(Object.keys(part).sort()).toEqual(Object.keys(result.parts[0] ?? {}).sort());
});
