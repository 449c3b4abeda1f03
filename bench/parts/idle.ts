import { stacksThat } from '../stacks/index.ts';
import type { Part } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';

const connections = 50;
const kib = 1_024;

/** In the process that holds them all; each comes from a peer of its own. */
export const idle: Part = {
  name: 'idle',
  title: `An idle connection, of ${connections}`,
  underLoss: false,
  limitSeconds: 600,
  rows: [
    { key: 'in-use', title: 'heap in use + native', unit: 'KiB', better: 'less' },
    { key: 'heap', title: 'heap in use', unit: 'KiB', better: 'less' },
    { key: 'native', title: 'native and external', unit: 'KiB', better: 'less' },
    { key: 'resident', title: 'RSS', unit: 'KiB', better: 'less' },
    { key: 'cpu', title: `CPU of all ${connections}`, unit: '% of a core', better: 'less' },
  ],
  subjects: ({ quick }) =>
    stackSubjects(
      stacksThat('hold'),
      async (driver, add) => {
        const { heap, native, resident, cpu } = await driver.hold(quick ? 15 : connections, quick ? 1_000 : 6_000);
        add('in-use', (heap + native) / kib);
        add('heap', heap / kib);
        add('native', native / kib);
        add('resident', resident / kib);
        add('cpu', cpu * 100);
      },
      { fresh: true },
    ),
};
