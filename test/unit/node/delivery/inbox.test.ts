import { expect, test } from 'vitest';
import type { LanpeerError, Message } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { createDecoding } from '../../../../src/node/delivery/decoding.ts';
import { createInbox } from '../../../../src/node/delivery/inbox.ts';
import { encodeMessage, scanMessage } from '../../../../src/protocol/message.ts';
import { createShares } from '../../../../src/protocol/shares.ts';
import { codeOf } from '../../../support/code-of.ts';

const { inbound, inboundBytes, largeBytes, reserveBytes, overheadBytes, decodedBytes } = limits.messages;
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

test('volatile messages that wait keep no new session out', () => {
  const { inbox } = setUp();
  for (let n = 0; n <= inbound; n += 1) inbox.take(payload(n), nothing);
  for (let n = 0; n < inbound; n += 1) inbox.takeVolatile(payload(n));
  expect(codeOf(() => inbox.renew())).toBeUndefined();
});

test('messages that wait are bytes, weighed by what they hold, and no record is kept for a part of it', async () => {
  const record = new Uint8Array(65_536);
  const bomb = payload(new Array(1_000).fill({}));
  record.set(bomb);
  const part = record.subarray(0, bomb.byteLength);
  const shares = createShares(reserveBytes);
  const handed: unknown[] = [];
  const settle: (() => void)[] = [];
  const hand = ({ data }: Message): Promise<void> => {
    handed.push(data);
    return new Promise((resolve) => settle.push(resolve));
  };
  const inbox = createInbox('x'.repeat(52), hand, { shares });
  inbox.take(part, nothing);
  // The record is used again; what was handed over has been decoded.
  let taken = 0;
  while (codeOf(() => inbox.take(part, nothing)) === undefined) taken += 1;
  expect(codeOf(() => inbox.admit(part.byteLength))).toBe('ERR_BUSY');
  expect(taken).toBe(Math.floor((1.5 * reserveBytes) / (part.byteLength + overheadBytes)));
  record.fill(0);
  settle.shift()?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(handed[1]).toEqual(new Array(1_000).fill({}));
  expect(codeOf(() => inbox.take(payload(1), nothing))).toBeUndefined();
});

test('large data is decoded in parts, and the handlers of one peer hold up no other peer', async () => {
  const decoding = createDecoding();
  const data = new Array(90_000).fill([]);
  const handed: number[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const peers = 2 + Math.ceil(decodedBytes / scanMessage(payload(data), limits.messages.items).held);
  for (let peer = 0; peer < peers; peer += 1) {
    const hand = (): Promise<void> => {
      handed.push(peer);
      return new Promise(() => undefined);
    };
    createInbox(`${peer}`, hand, { decoding }).take(payload(data), nothing);
  }
  expect(handed).toEqual([]);
  // What is small does not wait for it.
  createInbox('small', () => void handed.push(-1), { decoding }).take(payload(1), nothing);
  expect(handed).toEqual([-1]);
  for (let part = 0; part < 20; part += 1) await turn();
  expect([handed.length, decoding.used]).toEqual([peers + 1, 0]);
});

test('large data of one peer waits for what it has there, and that of no other', async () => {
  const decoding = createDecoding(2 * largeBytes);
  const undecoded = scanMessage(payload(new Uint8Array(2 * largeBytes)), limits.messages.items);
  const order: string[] = [];
  const decode = async (peer: string): Promise<() => void> => {
    const { release } = await decoding.decode(undecoded, peer);
    order.push(peer);
    return release;
  };
  const first = decode('a');
  const waits = decode('a');
  const other = decode('b');
  const held = [await first, await other];
  expect(order).toEqual(['a', 'b']);
  for (const release of held) release();
  (await waits)();
  expect([order, decoding.used]).toEqual([['a', 'b', 'a'], 0]);
  const { release } = await decoding.decode(undecoded, 'a');
  const fair = scanMessage(payload('x'.repeat(largeBytes / 4)), limits.messages.items);
  expect(decoding.decode(fair, 'a')).not.toBeInstanceOf(Promise);
  release();
});

test('a key that comes twice shows when it is decoded: the message is not handed over, the next one is', async () => {
  const refused: unknown[] = [];
  const handed: unknown[] = [];
  const inbox = createInbox('x'.repeat(52), ({ data }) => void handed.push(data), {
    refused: (error) => refused.push((error as LanpeerError).code),
  });
  let handled = 0;
  const count = (): void => {
    handled += 1;
  };
  inbox.take(Buffer.from('836178' + '01' + 'a2616101616102', 'hex'), count);
  inbox.take(payload(2), count);
  expect([refused, handed, handled]).toEqual([['ERR_PROTOCOL'], [2], 2]);
});

test('what is no message of ours breaks the protocol, and nothing waits for it', () => {
  const { inbox } = setUp();
  expect(codeOf(() => inbox.take(Uint8Array.of(1, 2, 3), nothing))).toBe('ERR_PROTOCOL');
  expect(inbox.size).toBe(0);
});
