import { stackNamed } from '../stacks/index.ts';
import { floodFor } from '../support/floods.ts';
import type { Part } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';

/** The page is another process, which takes what the node sends it. */
export const inspector: Part = {
  name: 'inspector',
  title: 'Messages while the page of the inspector is open',
  underLoss: false,
  rows: [
    { key: 'rate', title: '100 B messages', unit: '1/s', better: 'more' },
    { key: '16k', title: '16 KiB messages', unit: 'MB/s', better: 'more' },
  ],
  subjects: ({ quick }) =>
    stackSubjects(['lanpeer, webrtc', 'page open', 'page open, with messages'].map(stackNamed), async (driver, add) => {
      const seconds = quick ? 0.2 : 0.8;
      const ofSmall = await floodFor(driver, 100, seconds);
      add('rate', ofSmall.count / ofSmall.seconds);
      const of16 = await floodFor(driver, 16_384, seconds);
      add('16k', (of16.count * 16_384) / 1e6 / of16.seconds);
    }),
};
