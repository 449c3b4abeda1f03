import { stacksThat } from '../stacks/index.ts';
import { measureColdStart } from '../support/cold-start.ts';
import type { Part, Subject } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';

const command: Subject = {
  name: 'lanpeer run',
  async measure(add) {
    const { connected, firstMessage, killNoticed, restarted, stopped } = await measureColdStart();
    add('connected', connected);
    add('message', firstMessage);
    add('noticed', killNoticed);
    add('restarted', restarted);
    add('stopped', stopped);
  },
};

/** The command, as it is used; and of each stack, how soon a program that uses it notices a process that was killed. */
export const reconnect: Part = {
  name: 'reconnect',
  title: 'A process starts, is killed, and comes back',
  underLoss: false,
  rows: [
    { key: 'connected', title: 'start to connected', unit: 'ms', better: 'less' },
    { key: 'message', title: 'start to first message', unit: 'ms', better: 'less' },
    { key: 'noticed', title: 'killed to noticed', unit: 'ms', better: 'less' },
    { key: 'restarted', title: 'started again to connected', unit: 'ms', better: 'less' },
    { key: 'stopped', title: 'SIGTERM to exit', unit: 'ms', better: 'less' },
  ],
  subjects: () => [
    command,
    ...stackSubjects(
      stacksThat('notice'),
      async (driver, add) => {
        add('noticed', await driver.notice());
      },
      { fresh: true },
    ),
  ],
};
