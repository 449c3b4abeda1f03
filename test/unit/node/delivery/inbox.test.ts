import { expect, test } from 'vitest';
import type { LanpeerError, Message } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { DataDecoder } from '../../../../src/node/delivery/data-decoder.ts';
import { Inbox } from '../../../../src/node/delivery/inbox.ts';
import { scanMessage } from '../../../../src/protocol/message.ts';
import { createMemoryShares } from '../../../../src/protocol/message-session/memory-shares.ts';
import { codeOf } from '../../../support/code-of.ts';
import { encodeMessage } from '../../../support/encoded-messages.ts';

const { inbound, inboundBytes, largeBytes, reserveBytes, overheadBytes, decodedBytes } = limits.messages;
const payload = (data: unknown): Uint8Array => encodeMessage({ type: 'n', data, timestamp: 0 });
const ignore = (): void => undefined;

function setUp() {
  const delivered: unknown[] = [];
  const settle: (() => void)[] = [];
  const deliver = ({ data }: Message): Promise<void> => {
    delivered.push(data);
    return new Promise((resolve) => settle.push(resolve));
  };
  const inbox = new Inbox('x'.repeat(52), { deliver });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    inbox,
    delivered,
    /** The handler of the message that is with the program settles. */
    async settle(): Promise<void> {
      settle.shift()?.();
      await turn();
    },
  };
}

test('delivers one message at a time, each when the one before is handled', async () => {
  const { inbox, delivered, settle } = setUp();
  let handled = 0;
  for (let n = 0; n < 3; n += 1)
    inbox.receive(payload(n), () => {
      handled += 1;
    });
  expect([delivered, handled]).toEqual([[0], 0]);
  await settle();
  expect([delivered, handled]).toEqual([[0, 1], 1]);
  await settle();
  await settle();
  expect([delivered, handled, inbox.size]).toEqual([[0, 1, 2], 3, 0]);
});

test('when a peer sends more than a window may have waiting, throws ERR_PROTOCOL', () => {
  const { inbox } = setUp();
  // One is with the handler.
  for (let n = 0; n <= inbound; n += 1) inbox.receive(payload(n), ignore);
  expect(codeOf(() => inbox.receive(payload(1), ignore))).toBe('ERR_PROTOCOL');
  const bytes = setUp().inbox;
  const half = payload(new Uint8Array(largeBytes / 2));
  for (let n = 0; n < 1 + inboundBytes / half.byteLength; n += 1) bytes.receive(half, ignore);
  expect(codeOf(() => bytes.receive(half, ignore))).toBe('ERR_PROTOCOL');
  const large = setUp().inbox;
  const more = payload(new Uint8Array(largeBytes + 1));
  for (let n = 0; n < 3; n += 1) large.receive(more, ignore);
  expect(codeOf(() => large.receive(more, ignore))).toBe('ERR_PROTOCOL');
});

test('when too many volatile messages wait, drops them, and they take no room from the others', () => {
  const { inbox } = setUp();
  let dropped = 0;
  for (let n = 0; n < inbound + 10; n += 1) if (!inbox.receiveVolatile(payload(n))) dropped += 1;
  expect(dropped).toBe(9);
  for (let n = 0; n < inbound; n += 1) inbox.receive(payload(n), ignore);
});

test('when a session begins, gives it all the room there is, unless too much of those before waits', () => {
  const { inbox } = setUp();
  for (let n = 0; n <= inbound; n += 1) inbox.receive(payload(n), ignore);
  inbox.renew();
  for (let n = 0; n < inbound; n += 1) inbox.receive(payload(n), ignore);
  expect(codeOf(() => inbox.renew())).toBe('ERR_BUSY');
});

test('when volatile messages wait, a session may begin', () => {
  const { inbox } = setUp();
  for (let n = 0; n <= inbound; n += 1) inbox.receive(payload(n), ignore);
  for (let n = 0; n < inbound; n += 1) inbox.receiveVolatile(payload(n));
  expect(codeOf(() => inbox.renew())).toBeUndefined();
});

test('keeps messages that wait as bytes, counts what they hold, and keeps no record for a part of it', async () => {
  const record = new Uint8Array(65_536);
  const bomb = payload(new Array(1_000).fill({}));
  record.set(bomb);
  const part = record.subarray(0, bomb.byteLength);
  const shares = createMemoryShares(reserveBytes);
  const delivered: unknown[] = [];
  const settle: (() => void)[] = [];
  const deliver = ({ data }: Message): Promise<void> => {
    delivered.push(data);
    return new Promise((resolve) => settle.push(resolve));
  };
  const inbox = new Inbox('x'.repeat(52), { deliver, shares });
  inbox.receive(part, ignore);
  // The record is used again; what was delivered has been decoded.
  let taken = 0;
  while (codeOf(() => inbox.receive(part, ignore)) === undefined) taken += 1;
  expect(codeOf(() => inbox.admit(part.byteLength))).toBe('ERR_BUSY');
  expect(taken).toBe(Math.floor((1.5 * reserveBytes) / (part.byteLength + overheadBytes)));
  record.fill(0);
  settle.shift()?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(delivered[1]).toEqual(new Array(1_000).fill({}));
  expect(codeOf(() => inbox.receive(payload(1), ignore))).toBeUndefined();
});

test('decodes large data in parts, and delivers the messages of other peers while the handlers of one run', async () => {
  const decoder = new DataDecoder();
  const data = new Array(90_000).fill([]);
  const delivered: number[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const peers = 2 + Math.ceil(decodedBytes / scanMessage(payload(data), limits.messages.items).held);
  for (let peer = 0; peer < peers; peer += 1) {
    const deliver = (): Promise<void> => {
      delivered.push(peer);
      return new Promise(() => undefined);
    };
    new Inbox(`${peer}`, { deliver, decoder }).receive(payload(data), ignore);
  }
  expect(delivered).toEqual([]);
  // What is small does not wait for it.
  new Inbox('small', { deliver: () => void delivered.push(-1), decoder }).receive(payload(1), ignore);
  expect(delivered).toEqual([-1]);
  for (let part = 0; part < 20; part += 1) await turn();
  expect([delivered.length, decoder.used]).toEqual([peers + 1, 0]);
});

test('when a peer has large data decoded, its next waits, and that of other peers does not', async () => {
  const decoder = new DataDecoder(2 * largeBytes);
  const undecoded = scanMessage(payload(new Uint8Array(2 * largeBytes)), limits.messages.items);
  const order: string[] = [];
  const decode = async (peer: string): Promise<() => void> => {
    const { release } = await decoder.decode(undecoded, peer);
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
  expect([order, decoder.used]).toEqual([['a', 'b', 'a'], 0]);
  const { release } = await decoder.decode(undecoded, 'a');
  const fair = scanMessage(payload('x'.repeat(largeBytes / 4)), limits.messages.items);
  expect(decoder.decode(fair, 'a')).not.toBeInstanceOf(Promise);
  release();
});

test('when a key comes twice in a message, refuses it and delivers the next one', async () => {
  const refused: unknown[] = [];
  const delivered: unknown[] = [];
  const inbox = new Inbox('x'.repeat(52), {
    deliver: ({ data }) => void delivered.push(data),
    refused: (error) => refused.push((error as LanpeerError).code),
  });
  let handled = 0;
  const count = (): void => {
    handled += 1;
  };
  inbox.receive(Buffer.from('836178' + '01' + 'a2616101616102', 'hex'), count);
  inbox.receive(payload(2), count);
  expect([refused, delivered, handled]).toEqual([['ERR_PROTOCOL'], [2], 2]);
});

test('when the bytes are no message, throws ERR_PROTOCOL and keeps nothing', () => {
  const { inbox } = setUp();
  expect(codeOf(() => inbox.receive(Uint8Array.of(1, 2, 3), ignore))).toBe('ERR_PROTOCOL');
  expect(inbox.size).toBe(0);
});
