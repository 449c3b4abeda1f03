import { describe, expect, it } from 'vitest';
import { parts } from '../../../bench/parts/index.ts';
import type { Part, Subject } from '../../../bench/support/part.ts';
import { orderOf, runPart } from '../../../bench/support/run-part.ts';

const options = { rounds: 4, quick: false, lossPercent: 0 };

function partOf(subjects: readonly Subject[]): Part {
  const rows = [{ key: 'ms', title: 'time', unit: 'ms', better: 'less' as const }];
  return { name: 'any', title: 'Any', underLoss: true, rows, subjects: () => subjects };
}

const steady = (name: string, log: string[] = []): Subject => ({
  name,
  measure(add) {
    log.push(name);
    add('ms', log.length);
    return Promise.resolve();
  },
});

describe('the order of rounds', () => {
  it('turns, and goes backwards every other round', () => {
    expect([0, 1, 2, 3, 4].map((round) => orderOf(['a', 'b', 'c'], round).join(''))).toEqual([
      'abc',
      'cba',
      'bca',
      'acb',
      'cab',
    ]);
  });
});

describe('a part', () => {
  it('measures its subjects by turns and keeps the value of each round', async () => {
    const log: string[] = [];
    const { rows, notes } = await runPart(partOf([steady('a', log), steady('b', log)]), options);
    expect(log.join('')).toBe('abbabaab');
    expect(rows[0]?.values).toEqual({ a: [1, 4, 6, 7], b: [2, 3, 5, 8] });
    expect(notes).toEqual([]);
  });

  it('goes on without a subject that fails, keeps its values of the rounds before, and says why', async () => {
    let calls = 0;
    const failing: Subject = {
      name: 'failing',
      measure(add) {
        calls += 1;
        add('ms', calls);
        return calls < 3 ? Promise.resolve() : Promise.reject(new Error('it broke\nand more of it'));
      },
    };
    const { rows, notes } = await runPart(partOf([failing, steady('other')]), options);
    expect(rows[0]?.values['failing']).toEqual([1, 2]);
    expect(rows[0]?.values['other']).toHaveLength(4);
    expect(notes).toEqual(['failing failed in round 3: it broke']);
  });

  it('takes a value for a row that it does not have as a failure of the subject', async () => {
    const wrong: Subject = { name: 'wrong', measure: (add) => Promise.resolve(add('kg', 1)) };
    const { notes } = await runPart(partOf([wrong]), options);
    expect(notes).toEqual(['wrong failed in round 1: any has no row kg']);
  });

  it('begins no round that would end behind its limit, and says so', async () => {
    const { rows, notes } = await runPart({ ...partOf([steady('a')]), limitSeconds: 0 }, { ...options, limited: true });
    expect(rows[0]?.values).toEqual({ a: [1] });
    expect(notes).toEqual(['1 of 4 rounds: this machine is too slow for more']);
  });

  it('does not measure what is missing, closes each subject, and ends a subject after its own number of rounds', async () => {
    const closed: string[] = [];
    const close = (name: string) => () => void closed.push(name);
    const { rows, notes, bases } = await runPart(
      partOf([
        { ...steady('gone'), missing: 'it is not installed', close: close('gone') },
        { ...steady('short'), rounds: 2, base: 'gone', close: close('short') },
      ]),
      options,
    );
    expect(rows[0]?.values).toEqual({ short: [1, 2] });
    expect(notes).toEqual(['gone was not measured: it is not installed']);
    expect(closed).toEqual(['gone', 'short']);
    expect(bases).toEqual({ short: 'gone' });
  });
});

describe('the parts', () => {
  it('have names and rows that are told apart', () => {
    const names = parts.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { rows } of parts) expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it('have subjects that are told apart, and only bases that are measured too', () => {
    for (const part of parts) {
      const subjects = part.subjects(options);
      const names = subjects.map(({ name }) => name);
      expect(new Set(names).size, part.name).toBe(names.length);
      expect(names, part.name).toEqual(expect.arrayContaining(subjects.flatMap(({ base }) => base ?? [])));
    }
  });
});
