import { expect, test } from 'vitest';
import type { Mailbox } from '../../../../src/node/delivery/mailbox.ts';
import { createRequests } from '../../../../src/node/delivery/requests.ts';
import { encodeFailure, encodeResponse } from '../../../../src/protocol/message.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const payload = Uint8Array.of(1);
const box = { send: () => Promise.resolve({ delivered: new Promise(() => undefined) }) } as unknown as Mailbox;

function setUp() {
  const clock = createVirtualClock();
  const told: string[] = [];
  const requests = createRequests(clock, { unasked: (from) => void told.push(from) });
  const answer = (from: string, no: number) => requests.answered(from, 'response', encodeResponse(no, 'x'));
  return { clock, told, requests, answer };
}

test('an answer that nobody asked for is told, whatever its number, and of whom', async () => {
  const { told, requests, answer } = setUp();
  const no = requests.number();
  const asked = requests.open('a', box, { no, payload }, {});
  answer('b', no);
  answer('a', no + 7);
  requests.answered('a', 'failure', encodeFailure({ no: no + 8, code: 'X', message: '' }));
  expect(told).toEqual(['b', 'a', 'a']);
  answer('a', no);
  expect(await asked).toBe('x');
  expect(told).toHaveLength(3);
  answer('a', no);
  expect(told).toHaveLength(4);
});

test('a late one is not: its caller had given up', async () => {
  const { clock, told, requests, answer } = setUp();
  const [one, other] = [requests.number(), requests.number()];
  const failed = Promise.allSettled([
    requests.open('a', box, { no: one, payload }, { timeout: 10 }),
    requests.open('a', box, { no: other, payload }, { signal: AbortSignal.abort() }),
  ]);
  await clock.advanceAsync(20);
  await failed;
  answer('a', one);
  expect(told).toEqual([]);
  answer('a', one);
  expect(told).toEqual(['a']);
});
