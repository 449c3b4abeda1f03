/** Percentile by nearest rank; `p` in 0 to 100. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** One line: median, p99, worst. */
export function summary(name: string, values: readonly number[]): string {
  const [p50, p99, worst] = [percentile(values, 50), percentile(values, 99), percentile(values, 100)].map(ms);
  return `${name.padEnd(28)} n ${String(values.length).padStart(4)}   p50 ${p50}   p99 ${p99}   worst ${worst}`;
}

/** The number behind `--name`, or the default. */
export function numberOption(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

/** The text behind `--name`, if it is there. */
export function stringOption(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}
