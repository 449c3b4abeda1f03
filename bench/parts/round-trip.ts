import { stacksThat } from '../stacks/index.ts';
import type { Part } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';
import { percentile } from '../support/statistics.ts';

export const roundTrip: Part = {
  name: 'round-trip',
  title: 'A message of 100 bytes there and back, one at a time',
  underLoss: true,
  rows: [
    { key: 'p50', title: 'p50', unit: 'ms', better: 'less' },
    { key: 'p99', title: 'p99', unit: 'ms', better: 'less' },
  ],
  subjects: ({ quick, lossPercent }) =>
    stackSubjects(stacksThat('messages'), async (driver, add) => {
      await driver.pings(50);
      // A packet that is lost costs up to a second.
      const times = await driver.pings(quick || lossPercent > 0 ? 200 : 1_000);
      add('p50', percentile(times, 50));
      add('p99', percentile(times, 99));
    }),
};
