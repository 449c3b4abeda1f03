import { describe, expect, it } from 'vitest';
import { type Changes, said } from '../../support/diagnosis-facts.ts';

describe('this process', () => {
  it.each<readonly ['clock' | 'event-loop' | 'versions', Changes, RegExp]>([
    ['clock', {}, /^ok \| The clock goes on as it should/],
    ['clock', { node: { clockJumps: [{ ageMs: 3_600_000, byMs: 9_000 }] } }, /^ok .*by 9\.0 s, 60 min ago/],
    [
      'clock',
      { node: { clockJumps: [{ ageMs: 4_000, byMs: -90_000 }] } },
      /^fault \| The clock jumped by -90\.0 s, 4 s ago.*one time service/,
    ],
    ['event-loop', {}, /^ok \| This process is on time\. \| timers were late by 12 ms at worst/],
    [
      'event-loop',
      { node: { lateness: { worstMs: 5_000, sumMs: 5_000, overMs: 60_000 } } },
      /^fault \| This process is late, by 5\.0 s at worst/,
    ],
    ['event-loop', { node: { lateness: { worstMs: 500, sumMs: 6_000, overMs: 10_000 } } }, /^fault .*60 % of the time/],
    ['event-loop', { node: { lateness: { worstMs: 0, sumMs: 0, overMs: 10 } } }, /^unknown/],
    ['versions', {}, /^ok \| lanpeer 0\.1\.0, Node 24\.21\.0, Linux 6\.1\.0 x64\./],
    ['versions', { machine: null }, /^ok \| lanpeer 0\.1\.0\./],
  ])('%s', (id, changes, text) => expect(said(id, changes)).toMatch(text));
});
