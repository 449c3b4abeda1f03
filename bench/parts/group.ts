import type { Way } from '../support/group.ts';
import type { Part, Subject } from '../support/part.ts';
import { type OtherProcess, startOther } from '../support/rpc.ts';

const peers = 50;
const base = 'send to each';
const ways: readonly (readonly [name: string, way: Way])[] = [
  [base, 'send'],
  ['send to their group', 'group'],
  ['broadcast', 'broadcast'],
];

/** One node over TLS, and 50 peers in another process: each message goes to all of them. */
export const group: Part = {
  name: 'group',
  title: `A message of 100 B to each of ${peers} peers`,
  underLoss: false,
  rows: [{ key: 'cpu', title: 'CPU of the sender', unit: 'µs a peer', better: 'less' }],
  subjects({ quick }) {
    const messages = quick ? 50 : 1_000;
    // All in one process, by turns: what differs is the call.
    let near: Promise<OtherProcess> | undefined;
    const start = async (): Promise<OtherProcess> => {
      const other = startOther('group-process.ts', undefined, ['near']);
      other.rpc.send('peers', peers);
      await other.rpc.next('ready');
      return other;
    };
    return ways.map(
      ([name, way]): Subject => ({
        name,
        ...(name !== base && { base }),
        async measure(add) {
          near ??= start();
          const { rpc } = await near;
          // The first ones are slow where nothing is compiled yet.
          for (const count of [Math.ceil(messages / 5), messages]) {
            rpc.send('send', { way, messages: count });
            const micros = Number(await rpc.next('took'));
            if (count === messages) add('cpu', micros / messages / peers);
          }
        },
        close() {
          void near?.then(({ child }) => child.kill());
          near = undefined;
        },
      }),
    );
  },
};
