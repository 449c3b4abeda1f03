/** A place on an axis from its least to its most value, 0 to 1. */
export type Scale = (value: number) => number;

export const logScale =
  (least: number, most: number): Scale =>
  (value) =>
    Math.log(value / least) / Math.log(most / least);

const decades = (value: number): number => 10 ** Math.floor(Math.log10(value));

/** Ends of a logarithmic axis that has all values: 1, 2 or 5 times a power of ten. */
export function logRange(values: readonly number[]): readonly [least: number, most: number] {
  const smallest = Math.min(...values);
  const largest = Math.max(...values);
  const below = [5, 2, 1].map((step) => step * decades(smallest)).find((end) => end <= smallest) ?? smallest;
  const above = [1, 2, 5, 10].map((step) => step * decades(largest)).find((end) => end >= largest) ?? largest;
  return below === above ? [below, above * 10] : [below, above];
}

/** Powers of ten within the ends, and 2 and 5 times them where there are few. */
export function logTicks(least: number, most: number): readonly number[] {
  const steps = most / least > 500 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let decade = decades(least); decade <= most * 1.000_001; decade *= 10)
    for (const step of steps) {
      const tick = Number((step * decade).toPrecision(3));
      if (tick >= least * 0.999_999 && tick <= most * 1.000_001) ticks.push(tick);
    }
  return ticks;
}

/** `20k`, `1M`, `0.5`. */
export function shortNumber(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

/** `100 B`, `16 KiB`, `1 MiB`. */
export function shortBytes(value: number): string {
  if (value >= 2 ** 20) return `${Number((value / 2 ** 20).toPrecision(3))} MiB`;
  if (value >= 2 ** 10) return `${Number((value / 2 ** 10).toPrecision(3))} KiB`;
  return `${value} B`;
}
