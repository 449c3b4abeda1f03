import { stackNamed } from '../stacks/index.ts';
import type { Part } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';
import { percentile } from '../support/statistics.ts';

const megabyte = 1_000_000;
const piece = 16_384;

/** A request waits for what is in front of it: the stacks without lanes get 100 MB in pieces. */
export const mixed: Part = {
  name: 'mixed',
  title: 'A message there and back while 100 MB are under way',
  underLoss: true,
  rows: [
    { key: 'p50', title: 'p50', unit: 'ms', better: 'less' },
    { key: 'p99', title: 'p99', unit: 'ms', better: 'less' },
    { key: 'worst', title: 'worst', unit: 'ms', better: 'less' },
  ],
  subjects: ({ quick }) =>
    stackSubjects(
      [
        'plain werift',
        'lanpeer, webrtc',
        'plain ws over TLS',
        'lanpeer, tls',
        'lanpeer, tls, lent bytes',
        'js-libp2p over TCP',
      ].map(stackNamed),
      async (driver, add, { name }) => {
        const whole = name.startsWith('lanpeer');
        // Plain werift takes ten seconds for 100 MB.
        const bytes = (name === 'plain werift' ? 20 : 100) * megabyte;
        const least = quick ? 20 : 200;
        const times = whole
          ? await driver.pingsBeside(bytes, 1, least)
          : await driver.pingsBeside(piece, Math.ceil(bytes / piece), least);
        add('p50', percentile(times, 50));
        add('p99', percentile(times, 99));
        add('worst', percentile(times, 100));
      },
    ),
};
