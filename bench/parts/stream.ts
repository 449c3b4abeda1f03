import { stackNamed } from '../stacks/index.ts';
import type { Part } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';
import { percentile } from '../support/statistics.ts';

/** As Node reads a file. */
const chunk = 65_536;
const gibibyte = 1_073_741_824;

export const stream: Part = {
  name: 'stream',
  title: 'Byte streams, one way, in chunks of 64 KiB',
  underLoss: true,
  limitSeconds: 400,
  rows: [
    { key: 'rate', title: '1 GiB', unit: 'MB/s', better: 'more' },
    { key: 'near', title: 'CPU of the sender', unit: 'ms a MB', better: 'less' },
    { key: 'far', title: 'CPU of the receiver', unit: 'ms a MB', better: 'less' },
    { key: 'p50', title: 'a message there and back meanwhile, p50', unit: 'ms', better: 'less' },
    { key: 'p99', title: 'p99', unit: 'ms', better: 'less' },
  ],
  subjects: ({ quick }) =>
    stackSubjects(
      [
        'plain ws over TLS',
        'lanpeer, default, stream',
        'lanpeer, default, ten streams',
        'js-libp2p over TCP',
        'plain werift',
        'lanpeer, webrtc, stream',
      ].map(stackNamed),
      async (driver, add, { name }) => {
        const isSlow = name.includes('webrtc') || name === 'plain werift';
        const bytes = quick || isSlow ? gibibyte / 64 : gibibyte;
        const size = name === 'plain werift' ? 16_384 : chunk;
        // What is compiled, and how much credit there is, is known by then.
        await driver.flood(size, Math.ceil(bytes / 16 / size));
        const { seconds, nearMs, farMs } = await driver.flood(size, bytes / size);
        const megabytes = bytes / 1e6;
        add('rate', megabytes / seconds);
        add('near', nearMs / megabytes);
        add('far', farMs / megabytes);
        const times = await driver.pingsBeside(size, bytes / 4 / size, quick ? 20 : 200);
        add('p50', percentile(times, 50));
        add('p99', percentile(times, 99));
      },
    ),
};
