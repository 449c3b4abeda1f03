import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { simulate } from '../../src/testing/simulation/index.ts';
import { idle } from '../support/sim/idle.ts';
import { simulateMany } from '../support/sim/ranges.ts';

/** More by `LANPEER_SEEDS=100000 LANPEER_FIRST_SEED=1 npm run test:sim`. */
const seeds = Number(process.env['LANPEER_SEEDS'] ?? 2_000);
const first = Number(process.env['LANPEER_FIRST_SEED'] ?? 1);
const timeout = Math.max(180_000, seeds * 1_200);

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Figures and seeds go to standard error. */
const print = (text: string): void => void process.stderr.write(`sim: ${text}\n`);

function spread(values: readonly number[]): string {
  const [half, most, worst] = [0.5, 0.99, 1].map((share) => Math.round(percentile(values, share)));
  return `p50 ${half}, p99 ${most}, worst ${worst} ms (${values.length})`;
}

describe('whole nodes under faults', () => {
  it(`report what is so, lose no message and find each other again: ${seeds} seeds`, { timeout }, async () => {
    const results = await simulateMany(first, seeds);
    const wrong = results.filter(({ violations }) => violations.length > 0);
    for (const { seed, violations } of wrong.slice(0, 10))
      print(`seed ${seed}: ${violations[0]}\n  replay it: npm run simulate -- ${seed}`);
    expect(wrong.map(({ seed }) => seed)).toEqual([]);

    const detected = (what: 'killed' | 'cut') =>
      results.flatMap(({ detections }) => detections.filter((one) => one.what === what).map(({ ms }) => ms));
    const [killed, cut] = [detected('killed'), detected('cut')];
    const healed = results.map(({ healedMs }) => healedMs);
    const sent = results.reduce((sum, { messages }) => sum + messages.sent, 0);
    print(`killed: noticed after ${spread(killed)}\ncut off or frozen: ${spread(cut)}`);
    print(`every node connected again after the last fault: ${spread(healed)}\n${sent} messages`);
    if (seeds < 500) return;
    expect(percentile(killed, 0.99)).toBeLessThanOrEqual(1_000);
    expect(percentile(cut, 1)).toBeLessThanOrEqual(limits.link.downMs + 1_000);
    expect(percentile(healed, 0.95)).toBeLessThanOrEqual(3_000);
  });

  it('when a seed is run again, do the same; another seed does something else', async () => {
    const [one, again, other] = [await simulate({ seed: 7 }), await simulate({ seed: 7 }), await simulate({ seed: 8 })];
    expect(again).toEqual(one);
    expect(other.digest).not.toBe(one.digest);
  });
});

describe('eight nodes that idle for an hour', () => {
  it('when 5 % are lost, keep every link', { timeout: 400_000 }, async () => {
    const { connected, lostLinks } = await idle({ nodes: 8, ms: 3_600_000, loss: 0.05, seed: 1 });
    expect([connected, lostLinks]).toEqual([56, 0]);
  });
});
