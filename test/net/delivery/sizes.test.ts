import { expect, test } from 'vitest';
import type { NodeOptions, Transfer } from '../../../src/index.ts';
import { connect, startPair } from '../../support/nodes.ts';

async function pair(options: Partial<NodeOptions> = {}) {
  const { lower: a, higher: b } = await startPair(options);
  await connect(a, b);
  const got: unknown[] = [];
  b.handleAll(({ data }) => got.push(data));
  return { a, b, got };
}

/** Arrays in arrays, with about so many values. */
function nested(values: number): unknown {
  return Array.from({ length: values / 100 }, (_, at) => ({
    at,
    list: [at, [at, [`text ${at}`, { deep: [true, null] }]]],
  }));
}

test.each([
  ['nothing', null],
  ['an empty text', ''],
  ['an empty list', []],
  ['an empty object', {}],
  ['no bytes', new Uint8Array(0)],
  ['zero', 0],
  ['a negative fraction', -0.25],
  ['the largest number', Number.MAX_VALUE],
  ['a key that is none of its own', JSON.parse('{"__proto__":{"polluted":1},"constructor":2}')],
  ['64 levels', Array.from({ length: 63 }).reduce<unknown>((inner) => [inner], 1)],
  ['bytes at the edge of a fragment', new Uint8Array(16_320).fill(7)],
  ['many kinds', { a: [1, 2.5, 'ü😀', { b: new Uint8Array([0, 255]) }], c: false }],
])('%s arrives as it was sent', async (_, data) => {
  const { a, b, got } = await pair();
  const { delivered } = await a.send(b.id, 'x', data);
  expect(await delivered).toBe('delivered');
  expect(got).toEqual([data]);
  expect(Object.prototype).not.toHaveProperty('polluted');
});

test('the longest type arrives, a longer one is refused', async () => {
  const { a, b } = await pair();
  const type = 'x'.repeat(64);
  const answer = new Promise((resolve) => void b.handle(type, (message) => resolve(message.type)));
  await a.send(b.id, type, null);
  expect(await answer).toBe(type);
  await expect(a.send(b.id, `${type}x`, null)).rejects.toMatchObject({ code: 'ERR_TYPE' });
});

test('16 MiB of nested data arrive, and both sides are told how far they are', async () => {
  const { a, b, got } = await pair({ maxMessageItems: 200_000 });
  const transfers: Transfer[] = [];
  for (const node of [a, b]) node.transfers$.subscribe((transfer) => transfers.push(transfer));
  const data = { list: nested(1_400_000), bytes: new Uint8Array(15_500_000).fill(9) };
  const { delivered } = await a.send(b.id, 'x', data);
  expect(await delivered).toBe('delivered');
  expect(got).toEqual([data]);
  for (const direction of ['in', 'out'] as const) {
    const steps = transfers.filter((transfer) => transfer.direction === direction);
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.at(-1)?.bytes).toBe(steps[0]?.total);
    expect(steps.map(({ bytes }) => bytes)).toEqual(steps.map(({ bytes }) => bytes).sort((one, other) => one - other));
  }
});

test('data over 100,000 values is refused by name, and the session goes on', async () => {
  const { a, b, got } = await pair();
  await expect(a.send(b.id, 'x', new Array(100_001).fill(0))).rejects.toMatchObject({ code: 'ERR_DATA' });
  await expect(a.send(b.id, 'x', { list: [1, { when: new Date() }] })).rejects.toMatchObject({
    code: 'ERR_DATA',
    message: expect.stringContaining('data.list[1].when cannot be carried: a Date: give its toISOString()'),
  });
  const { delivered } = await a.send(b.id, 'x', 'fine');
  expect(await delivered).toBe('delivered');
  expect(got).toEqual(['fine']);
});

test('a volatile message passes a large one', async () => {
  const { a, b, got } = await pair();
  const large = await a.send(b.id, 'large', new Uint8Array(20_000_000));
  const small = await a.send(b.id, 'small', 'now', { volatile: true });
  expect(await small.delivered).toBe('unknown');
  expect(await large.delivered).toBe('delivered');
  expect(got[0]).toBe('now');
});
