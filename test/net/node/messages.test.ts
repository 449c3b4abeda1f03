import { expect, test } from 'vitest';
import { type LanpeerError, limits, type Message, type NodeOptions, ofType } from '../../../src/index.ts';
import { connect, nextChange, startPair } from '../../support/nodes.ts';

async function pair(options: Partial<NodeOptions> = {}) {
  const { lower: a, higher: b } = await startPair(options);
  await connect(a, b);
  return { a, b };
}

test('messages arrive in order, with the sender of the link and the time stamp of the sender', async () => {
  const { a, b } = await pair();
  const got: Message[] = [];
  b.handle('n', (message) => got.push(message));
  const before = Date.now();
  const receipts = await Promise.all(Array.from({ length: 2_000 }, (_, n) => a.send(b.id, 'n', n)));
  expect(new Set(await Promise.all(receipts.map(({ delivered }) => delivered)))).toEqual(new Set(['delivered']));
  expect(got.map(({ data }) => data)).toEqual(Array.from({ length: 2_000 }, (_, n) => n));
  expect(got[0]).toMatchObject({ type: 'n', senderId: a.id });
  expect(Math.abs((got[0]?.timestamp ?? 0) - before)).toBeLessThan(60_000);
});

test('a message counts as delivered when its handlers have settled, and the next waits for it', async () => {
  const { a, b } = await pair();
  const order: string[] = [];
  let release = (): void => undefined;
  b.handle('first', () => {
    order.push('first');
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  const second = new Promise<void>((resolve) => {
    b.handle('second', () => {
      order.push('second');
      resolve();
    });
  });
  const begun = new Promise<void>((resolve) => b.messages$.pipe(ofType('first')).subscribe(() => resolve()));
  const receipt = await a.send(b.id, 'first', null);
  await a.send(b.id, 'second', null);
  await begun;
  let settled = false;
  void receipt.delivered.then(() => {
    settled = true;
  });
  // A message the other way goes through: only what comes after in this direction waits.
  const back = await b.send(a.id, 'back', null);
  expect(await back.delivered).toBe('delivered');
  expect([order, settled]).toEqual([['first'], false]);
  release();
  await second;
  expect(await receipt.delivered).toBe('delivered');
});

test('handlers and subscribers that throw are reported and end nothing', async () => {
  const { a, b } = await pair();
  const errors: LanpeerError[] = [];
  b.errors$.subscribe((error) => errors.push(error));
  b.errors$.subscribe(() => {
    throw new Error('from a subscriber of errors');
  });
  b.handle('x', () => {
    throw new Error('from a handler');
  });
  b.handle('x', () => Promise.reject(new Error('from an async handler')));
  b.messages$.pipe(ofType('x')).subscribe(() => {
    throw new Error('from a subscriber');
  });
  const receipt = await a.send(b.id, 'x', null);
  expect(await receipt.delivered).toBe('delivered');
  expect(errors.map(({ code }) => code)).toEqual(['ERR_HANDLER', 'ERR_HANDLER', 'ERR_HANDLER']);
  expect(b.stats().messages.handlerErrors).toBe(3);
});

test('what cannot be sent is refused with its code', async () => {
  const { a, b } = await pair({ maxMessageBytes: 1_048_576 });
  const refused = (type: string, data: unknown) =>
    a.send(b.id, type, data).then(
      () => 'accepted',
      (e: LanpeerError) => e.code,
    );
  expect(await refused('no blanks', 1)).toBe('ERR_TYPE');
  expect(await refused('x', () => 1)).toBe('ERR_DATA');
  expect(await refused('x', new Map())).toBe('ERR_DATA');
  expect(await refused('x', Number.NaN)).toBe('ERR_DATA');
  const loop: unknown[] = [];
  loop.push(loop);
  expect(await refused('x', loop)).toBe('ERR_DATA');
  expect(await refused('x', new Uint8Array(1_100_000))).toBe('ERR_TOO_LARGE');
  await expect(a.send('a'.repeat(52), 'x', 1)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
});

test('a full window makes senders wait, or tells them at once', async () => {
  const { a, b } = await pair();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  b.handle('x', () => held);
  const accepted = await Promise.all(Array.from({ length: limits.messages.queued }, (_, n) => a.send(b.id, 'x', n)));
  await expect(a.send(b.id, 'x', 'over', { wait: false })).rejects.toMatchObject({ code: 'ERR_BACKPRESSURE' });
  const controller = new AbortController();
  const given = a.send(b.id, 'x', 'given up', { signal: controller.signal });
  const waiting = a.send(b.id, 'x', 'late');
  controller.abort();
  await expect(given).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  release();
  const fates = await Promise.all([...accepted, await waiting].map(({ delivered }) => delivered));
  expect(fates.every((fate) => fate === 'delivered')).toBe(true);
});

test('when the other side ends, what was not acknowledged is told, each with its fate', async () => {
  const { a, b } = await pair();
  const begun = new Promise<void>((resolve) => {
    b.handle('x', () => {
      resolve();
      return new Promise(() => undefined);
    });
  });
  const receipts = await Promise.all(Array.from({ length: 10 }, (_, n) => a.send(b.id, 'x', n)));
  await begun;
  const gone = nextChange(a, ({ state }) => state === 'closed');
  await b.stop();
  await gone;
  expect(new Set(await Promise.all(receipts.map(({ delivered }) => delivered)))).toEqual(new Set(['unknown']));
  await expect(a.send(b.id, 'x', 1)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
  expect(a.stats().messages).toMatchObject({ sent: 10, delivered: 0, undelivered: 10 });
});

test('when a message has no handler, counts it', async () => {
  const { a, b } = await pair();
  const receipt = await a.send(b.id, 'nobody', 1);
  expect(await receipt.delivered).toBe('delivered');
  expect(b.stats().messages).toMatchObject({ received: 1, unhandled: 1 });
});
