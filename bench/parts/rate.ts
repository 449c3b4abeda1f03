import { stackNamed } from '../stacks/index.ts';
import type { Part } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';

const rates = [100, 1_000, 5_000, 20_000, 50_000] as const;
/** Of what was asked for: below that the stack did not keep up, and its processor time says nothing about the rate. */
const kept = 0.9;

export const rate: Part = {
  name: 'rate',
  title: 'Processor time of both ends at a steady rate of messages of 100 bytes',
  underLoss: false,
  rows: rates.map((perSecond) => ({
    key: String(perSecond),
    title: `${perSecond.toLocaleString('en')}/s`,
    unit: '% of a core',
    better: 'less',
  })),
  subjects: ({ quick }) =>
    stackSubjects(
      ['lanpeer, webrtc', 'plain ws over TLS', 'lanpeer, tls', 'js-libp2p over TCP', 'node-datachannel'].map(
        stackNamed,
      ),
      async (driver, add) => {
        const time = quick ? 0.3 : 1;
        await driver.flood(100, 2_000);
        for (const perSecond of rates) {
          const count = perSecond * time;
          const { seconds, nearMs, farMs } = await driver.flood(100, count, perSecond);
          if (count / seconds >= perSecond * kept) add(String(perSecond), (nearMs + farMs) / 10 / seconds);
        }
      },
    ),
};
