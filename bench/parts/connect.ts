import { stacksThat } from '../stacks/index.ts';
import type { Part } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';
import { percentile } from '../support/statistics.ts';

/** Dial to connected on both sides, authenticated where the stack does that, one after the other. */
export const connect: Part = {
  name: 'connect',
  title: 'Dial to connected',
  underLoss: true,
  rows: [
    { key: 'p50', title: 'p50', unit: 'ms', better: 'less' },
    { key: 'p99', title: 'p99', unit: 'ms', better: 'less' },
  ],
  subjects: ({ quick }) =>
    stackSubjects(stacksThat('connect'), async (driver, add, { name }) => {
      // Plain werift takes its 100 ms each time, and node-datachannel now and then a second.
      const few = name === 'plain werift' || name === 'node-datachannel';
      await driver.connect(2);
      const times = await driver.connect(quick ? 5 : few ? 15 : 60);
      add('p50', percentile(times, 50));
      add('p99', percentile(times, 99));
    }),
};
