import { expect, test } from 'vitest';
import { LanpeerError } from '../../../../src/errors.ts';
import { createMailboxSession } from '../../../../src/node/delivery/mailbox-session.ts';
import { createPool } from '../../../../src/protocol/message-session/window.ts';

test('when a message is refused after its place was acknowledged, the stream does not go on', () => {
  const refusals: string[] = [];
  const ignore = (): undefined => undefined;
  const { session, order } = createMailboxSession(
    {
      makeId: () => 'aaaaaaaaaaaaaaaa',
      pool: createPool(1_000_000),
      held: { acquire: () => true, release: ignore },
      room: undefined,
      receiver: { admit: ignore, receive: ignore },
      events: { changed: ignore, progress: ignore, settled: ignore, expired: ignore },
    },
    { maxMessageBytes: 100_000 },
    {
      deliver() {
        throw new LanpeerError('ERR_BUSY');
      },
      refused: ({ code }) => void refusals.push(code),
      renewed: ignore,
    },
  );
  session.receive({ kind: 'begin', stream: 'bbbbbbbbbbbbbbbb', next: 1 });
  session.receive({ kind: 'reference' });
  session.receive({ kind: 'whole', of: 'message', payload: Buffer.from('b') });
  expect([session.hello().resumable, order.size]).toEqual([true, 2]);
  order.arrive(Buffer.from('a'));
  expect([session.hello().resumable, order.size, refusals]).toEqual([false, 0, ['ERR_BUSY']]);
  expect(session.hello()).toMatchObject({ received: 2, handled: 0 });
});
