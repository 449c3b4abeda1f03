import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { limits } from '../../../../src/index.ts';
import { Mailbox } from '../../../../src/node/delivery/mailbox.ts';
import { createPeerCounters } from '../../../../src/node/monitoring/peer-counters.ts';
import type { MessageKind } from '../../../../src/protocol/frame-types.ts';
import { createPool } from '../../../../src/protocol/message-session/window.ts';
import { createManualClock } from '../../../support/manual-clock.ts';
import { createMessageChannel } from '../../../support/message-channel.ts';
import { createNoStreams } from '../../../support/no-streams.ts';
import { silentPresence } from '../../../support/presence.ts';

const { windowBytes, poolBytes } = limits.messages;

/** Two mailboxes over a transport that takes whatever it is given at once, and whose buffer is never anything but empty. */
function createPair(maxMessageBytes: number) {
  const clock = createManualClock();
  const got: { readonly of: MessageKind; readonly bytes: number }[] = [];
  const records: { readonly to: 0 | 1; readonly bytes: Uint8Array }[] = [];
  const boxes = [0, 1].map(
    (side): Mailbox =>
      new Mailbox(
        {
          clock,
          peerCounters: createPeerCounters(),
          pool: createPool(poolBytes),
          presence: silentPresence(clock),
          makeId: () => `${side}`.repeat(16),
          receiver: {
            admit: () => undefined,
            receive(of, payload, handled) {
              got.push({ of, bytes: payload.byteLength });
              handled();
            },
          },
          held: { acquire: () => true, release: () => undefined },
          streams: createNoStreams(() => channels[side]?.wake()),
          events: {
            progress: () => undefined,
            settled: () => undefined,
            changed: () => undefined,
            expired: () => undefined,
          },
        },
        { maxMessageBytes },
      ),
  ) as [Mailbox, Mailbox];
  const channels = boxes.map((mailbox, side) =>
    createMessageChannel({
      clock,
      mailbox,
      send: (bytes) => void records.push({ to: side === 0 ? 1 : 0, bytes: bytes.slice() }),
      open: (channel) => mailbox.link(channel)(),
      down: (error) => {
        throw error;
      },
    }),
  );
  for (const channel of channels) channel.greet();

  /** Carries what there is until both ends have nothing more to say by themselves: no timer runs. */
  async function carry(): Promise<void> {
    for (let turns = 0; turns < 3; turns += 1) {
      for (const { to, bytes } of records.splice(0)) {
        channels[to]?.record(bytes);
        turns = 0;
      }
      await turn();
    }
  }
  return { from: boxes[0], got, carry };
}

it('when a transport never drains, sends a message of several windows by acknowledgements alone', async () => {
  const bytes = 4 * windowBytes;
  const { from, got, carry } = createPair(bytes);
  await carry();
  await from.outbox.send('message', new Uint8Array(bytes));
  await carry();
  expect(got).toEqual([{ of: 'message', bytes }]);
});
