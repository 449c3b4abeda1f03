import { logRange, logScale, logTicks, shortNumber } from './axis.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly least: number;
  readonly most: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** Which colour and dashes it has, so that one stack looks the same on all plots; default: its place. */
  readonly look?: number;
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** The text of a tick of the x axis; default: a short number. */
  readonly xTick?: (value: number) => string;
}

const [width, height] = [760, 420];
const area = { left: 72, right: 560, top: 48, bottom: 360 } as const;

/** Readable on either ground (Okabe and Ito), and a shape of their own for those who do not see the colours. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;
const dashes = ['', '6 3', '2 3', '8 3 2 3', '1 2', '10 4'] as const;

const style = `
    text { font: 12px system-ui, sans-serif; fill: #1f2328; }
    .title { font-weight: 600; font-size: 14px; }
    .ground { fill: #ffffff; }
    .grid { stroke: #d1d9e0; stroke-width: 1; }
    .line { fill: none; stroke-width: 2; }
    .spread { stroke-width: 1; opacity: 0.6; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .ground { fill: #0d1117; }
      .grid { stroke: #3d444d; }
    }
  `;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (found) => escapes[found] ?? found);
const at = (value: number): string => value.toFixed(1);

function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${at(x)}" y="${at(y)}"${more}>${escaped(content)}</text>`;
}

/** Draws lines over two logarithmic axes, with the spread of each point. */
export function drawPlot({ title, x, y, series, xTick = shortNumber }: Plot): string {
  const points = series.flatMap((one) => one.points);
  const xs = [...new Set(points.map((point) => point.x))].sort((one, other) => one - other);
  const [least, most] = logRange(points.flatMap((point) => [point.least, point.most]));
  const xScale = logScale(xs[0] ?? 1, xs.at(-1) ?? 10);
  const yScale = logScale(least, most);
  const left = (value: number): number => area.left + xScale(value) * (area.right - area.left);
  const top = (value: number): number => area.bottom - yScale(value) * (area.bottom - area.top);

  const yGrid = logTicks(least, most).flatMap((tick) => [
    `<line class="grid" x1="${area.left}" y1="${at(top(tick))}" x2="${area.right}" y2="${at(top(tick))}"/>`,
    text(area.left - 8, top(tick) + 4, shortNumber(tick), ' text-anchor="end"'),
  ]);
  const xGrid = xs.flatMap((tick) => [
    `<line class="grid" x1="${at(left(tick))}" y1="${area.top}" x2="${at(left(tick))}" y2="${area.bottom}"/>`,
    text(left(tick), area.bottom + 18, xTick(tick), ' text-anchor="middle"'),
  ]);
  const lines = series.flatMap((one, index) => {
    const look = one.look ?? index;
    const colour = colours[look % colours.length] ?? '';
    const dashed = dashes[look % dashes.length];
    const dash = dashed ? ` stroke-dasharray="${dashed}"` : '';
    const path = one.points.map((point) => `${at(left(point.x))},${at(top(point.y))}`).join(' ');
    const legend = area.top + 10 + index * 22;
    return [
      `<polyline class="line" stroke="${colour}"${dash} points="${path}"/>`,
      ...one.points.flatMap((point) => [
        `<line class="spread" stroke="${colour}" x1="${at(left(point.x))}" y1="${at(top(point.least))}" x2="${at(left(point.x))}" y2="${at(top(point.most))}"/>`,
        `<circle fill="${colour}" cx="${at(left(point.x))}" cy="${at(top(point.y))}" r="3"/>`,
      ]),
      `<line class="line" stroke="${colour}"${dash} x1="${area.right + 16}" y1="${legend}" x2="${area.right + 44}" y2="${legend}"/>`,
      text(area.right + 50, legend + 4, one.name),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `  <style>${style}</style>`,
    ...[
      `<rect class="ground" width="${width}" height="${height}"/>`,
      text(area.left, 26, title, ' class="title"'),
      ...yGrid,
      ...xGrid,
      ...lines,
      text((area.left + area.right) / 2, height - 16, x, ' text-anchor="middle"'),
      text(-(area.top + area.bottom) / 2, 18, y, ' text-anchor="middle" transform="rotate(-90)"'),
    ].map((element) => `  ${element}`),
    '</svg>',
    '',
  ].join('\n');
}
