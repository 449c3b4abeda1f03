import { expect, test } from 'vitest';
import { BlockedSends } from '../../../../src/node/delivery/blocked-sends.ts';
import { createPool } from '../../../../src/protocol/message-session/window.ts';

function setUp() {
  const pool = createPool(10);
  const calls: string[] = [];
  const queues = new BlockedSends(pool, () => {
    calls.push('room');
    queues.retry();
  });
  /** Room of the pool comes back. */
  const makeRoom = (): void => {
    pool.acquire(1);
    pool.release(1);
  };
  return { queues, calls, makeRoom };
}

test('when other senders gave up before, wakes waiters once where there is room', async () => {
  const { queues, calls, makeRoom } = setUp();
  for (let no = 0; no < 5; no += 1) {
    const controller = new AbortController();
    const joined = queues.join('message', controller.signal, () => undefined).catch(() => 'gave up');
    controller.abort();
    expect(await joined).toBe('gave up');
  }
  const waits = queues.join('message', undefined, () => 'sent');
  makeRoom();
  expect([await waits, calls]).toEqual(['sent', ['room']]);
  makeRoom();
  expect(calls).toHaveLength(1);
});

test('when messages wait, retries the calls and volatile messages beside them', async () => {
  const { queues, makeRoom } = setUp();
  let isMessageReady = false;
  const message = queues.join('message', undefined, () => (isMessageReady ? 'message' : undefined));
  const others = ['request', 'response', 'volatile'] as const;
  const sent = Promise.all(others.map((kind) => queues.join(kind, undefined, () => kind)));
  makeRoom();
  expect(await sent).toEqual(others);
  expect(queues.isEmpty).toBe(false);
  isMessageReady = true;
  makeRoom();
  expect(await message).toBe('message');
  expect(queues.isEmpty).toBe(true);
});
