import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { applied } from '../../scripts/mutations/applied.ts';
import { mutations } from '../../scripts/mutations/list.ts';
import { sampleOf } from '../../scripts/mutations/sample.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the mutations', () => {
  it.each(mutations.map((one) => [one.name, one] as const))('fits the sources: %s', (_, mutation) => {
    const { before, after } = applied(root, mutation);
    expect(after).not.toBe(before);
  });

  it('name tests that are there', () => {
    const named = mutations.flatMap(({ test }) => test ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((test) => !existsSync(`${root}${test}`))).toEqual([]);
  });

  it('have a name each', () => {
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  });
});

describe('a sample', () => {
  const list = Array.from({ length: 21 }, (_, no) => no);

  it('has as many as asked for, each once, spread over the list', () => {
    const sample = sampleOf(list, 8, ['a']);
    expect(new Set(sample).size).toBe(8);
    const gaps = sample.slice(1).map((one, at) => one - (sample[at] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3);
  });

  it('is the same for the same texts, and in time comes to everything', () => {
    expect(sampleOf(list, 8, ['a', 'b'])).toEqual(sampleOf(list, 8, ['a', 'b']));
    const seen = new Set(Array.from({ length: 200 }, (_, no) => sampleOf(list, 8, [`${no}`])).flat());
    expect(seen.size).toBe(list.length);
  });

  it('is the whole of a list that is no longer', () => {
    expect(sampleOf(list, 21, ['a'])).toEqual(list);
  });
});
