import { expect, test } from 'vitest';
import { OutboundRequests } from '../../../../src/node/delivery/outbound-requests.ts';
import type { Outbox } from '../../../../src/node/delivery/outbox.ts';
import { encodeFailure, encodeResponse } from '../../../../src/protocol/message.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const payload = Uint8Array.of(1);
const outbox: Pick<Outbox, 'send'> = {
  send: () => Promise.resolve({ delivered: new Promise(() => undefined) }),
};

function setUp() {
  const clock = createVirtualClock();
  const unexpected: string[] = [];
  const requests = new OutboundRequests({ clock, unexpectedAnswer: (from) => void unexpected.push(from) });
  const answer = (from: string, no: number) => requests.receive(from, 'response', encodeResponse(no, 'x'));
  return { clock, unexpected, requests, answer };
}

test('when a peer answers a request that it was not sent, names the peer', async () => {
  const { unexpected, requests, answer } = setUp();
  const no = requests.nextNumber();
  const call = requests.send('a', outbox, { no, payload }, {});
  answer('b', no);
  answer('a', no + 7);
  requests.receive('a', 'failure', encodeFailure({ no: no + 8, code: 'X', message: '' }));
  expect(unexpected).toEqual(['b', 'a', 'a']);
  answer('a', no);
  expect(await call).toBe('x');
  expect(unexpected).toHaveLength(3);
  answer('a', no);
  expect(unexpected).toHaveLength(4);
});

test('when an answer is late, does not count it: its caller had given up', async () => {
  const { clock, unexpected, requests, answer } = setUp();
  const [one, other] = [requests.nextNumber(), requests.nextNumber()];
  const failed = Promise.allSettled([
    requests.send('a', outbox, { no: one, payload }, { timeout: 10 }),
    requests.send('a', outbox, { no: other, payload }, { signal: AbortSignal.abort() }),
  ]);
  await clock.advanceAsync(20);
  await failed;
  answer('a', one);
  expect(unexpected).toEqual([]);
  answer('a', one);
  expect(unexpected).toEqual(['a']);
});
