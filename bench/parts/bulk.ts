import { stackNamed, stacksThat } from '../stacks/index.ts';
import { floodFor } from '../support/floods.ts';
import type { Part } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';

const huge = 100_000_000;
/** The program promises not to change the bytes before they are delivered. */
const lent = stackNamed('lanpeer, tls, lent bytes');

export const bulk: Part = {
  name: 'bulk',
  title: 'Large messages, one way, in a loop',
  underLoss: true,
  rows: [
    { key: '16k', title: '16 KiB', unit: 'MB/s', better: 'more' },
    { key: '60k', title: '60 KiB', unit: 'MB/s', better: 'more' },
    { key: '100m', title: 'one of 100 MB', unit: 'MB/s', better: 'more' },
    { key: 'near', title: 'CPU of the sender, 60 KiB', unit: 'ms a MB', better: 'less' },
    { key: 'far', title: 'CPU of the receiver, 60 KiB', unit: 'ms a MB', better: 'less' },
  ],
  subjects: ({ quick }) =>
    stackSubjects([...stacksThat('messages'), lent], async (driver, add, { name }) => {
      const time = quick ? 0.2 : 0.8;
      const of16 = await floodFor(driver, 16_384, time);
      add('16k', (of16.count * 16_384) / 1e6 / of16.seconds);
      const of60 = await floodFor(driver, 61_440, time);
      const megabytes = (of60.count * 61_440) / 1e6;
      add('60k', megabytes / of60.seconds);
      add('near', of60.nearMs / megabytes);
      add('far', of60.farMs / megabytes);
      // Only lanpeer takes such a message in one piece without being told to.
      if (name.startsWith('lanpeer')) add('100m', huge / 1e6 / (await driver.flood(huge, 1)).seconds);
    }),
};
