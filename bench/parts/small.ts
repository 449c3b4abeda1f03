import { stackNamed, stacksThat } from '../stacks/index.ts';
import { floodFor } from '../support/floods.ts';
import type { Part } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';

export const small: Part = {
  name: 'small',
  title: 'Messages of 100 bytes, one way, in a loop',
  underLoss: true,
  rows: [
    { key: 'rate', title: 'messages', unit: '1/s', better: 'more' },
    { key: 'near', title: 'CPU of the sender', unit: 'µs a message', better: 'less' },
    { key: 'far', title: 'CPU of the receiver', unit: 'µs a message', better: 'less' },
  ],
  subjects: ({ quick }) =>
    stackSubjects(
      [...stacksThat('messages'), stackNamed('lanpeer, webrtc, volatile'), stackNamed('lanpeer, tls, volatile')],
      async (driver, add) => {
        const { count, seconds, nearMs, farMs } = await floodFor(driver, 100, quick ? 0.2 : 1);
        add('rate', count / seconds);
        add('near', (nearMs * 1_000) / count);
        add('far', (farMs * 1_000) / count);
      },
    ),
};
