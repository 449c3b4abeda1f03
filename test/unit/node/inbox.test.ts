import { expect, test } from 'vitest';
import type { Message } from '../../../src/index.ts';
import { limits } from '../../../src/limits.ts';
import { createInbox } from '../../../src/node/inbox.ts';
import { encodeMessage } from '../../../src/protocol/message.ts';
import { codeOf } from '../../support/code-of.ts';

const { inbound, inboundBytes, largeBytes } = limits.messages;
const payload = (data: unknown): Uint8Array => encodeMessage({ type: 'n', data, timestamp: 0 });
const nothing = (): void => undefined;

function setUp() {
  const handed: unknown[] = [];
  const settle: (() => void)[] = [];
  const inbox = createInbox('x'.repeat(52), ({ data }: Message) => {
    handed.push(data);
    return new Promise((resolve) => settle.push(resolve));
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    inbox,
    handed,
    /** The handler of the message that is with the program settles. */
    async settle(): Promise<void> {
      settle.shift()?.();
      await turn();
    },
  };
}

test('messages are handed over one at a time, each when the one before is handled', async () => {
  const { inbox, handed, settle } = setUp();
  let handled = 0;
  for (let n = 0; n < 3; n += 1)
    inbox.take(payload(n), () => {
      handled += 1;
    });
  expect([handed, handled]).toEqual([[0], 0]);
  await settle();
  expect([handed, handled]).toEqual([[0, 1], 1]);
  await settle();
  await settle();
  expect([handed, handled, inbox.size]).toEqual([[0, 1, 2], 3, 0]);
});

test('who sends more than a window may have waiting breaks the protocol', () => {
  const { inbox } = setUp();
  // One is with the handler.
  for (let n = 0; n <= inbound; n += 1) inbox.take(payload(n), nothing);
  expect(codeOf(() => inbox.take(payload(1), nothing))).toBe('ERR_PROTOCOL');
  const bytes = setUp().inbox;
  const half = payload(new Uint8Array(largeBytes / 2));
  for (let n = 0; n < 1 + inboundBytes / half.byteLength; n += 1) bytes.take(half, nothing);
  expect(codeOf(() => bytes.take(half, nothing))).toBe('ERR_PROTOCOL');
  const large = setUp().inbox;
  const more = payload(new Uint8Array(largeBytes + 1));
  for (let n = 0; n < 3; n += 1) large.take(more, nothing);
  expect(codeOf(() => large.take(more, nothing))).toBe('ERR_PROTOCOL');
});

test('volatile messages are dropped instead, and take no room from the others', () => {
  const { inbox } = setUp();
  let dropped = 0;
  for (let n = 0; n < inbound + 10; n += 1) if (!inbox.takeVolatile(payload(n))) dropped += 1;
  expect(dropped).toBe(9);
  for (let n = 0; n < inbound; n += 1) inbox.take(payload(n), nothing);
});

test('a new session has all the room there is, unless too much of those before waits', () => {
  const { inbox } = setUp();
  for (let n = 0; n <= inbound; n += 1) inbox.take(payload(n), nothing);
  inbox.renew();
  for (let n = 0; n < inbound; n += 1) inbox.take(payload(n), nothing);
  expect(codeOf(() => inbox.renew())).toBe('ERR_BUSY');
});

test('what is no message of ours breaks the protocol, and nothing waits for it', () => {
  const { inbox } = setUp();
  expect(codeOf(() => inbox.take(Uint8Array.of(1, 2, 3), nothing))).toBe('ERR_PROTOCOL');
  expect(inbox.size).toBe(0);
});
