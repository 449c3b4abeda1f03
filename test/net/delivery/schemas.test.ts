import * as v from 'valibot';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createNode, type LanpeerError, type LanpeerNode, makeNetworkKey } from '../../../src/index.ts';
import { connect, stopAfterTest } from '../../support/nodes.ts';

const bytes = v.instance(Uint8Array);
const first = {
  file: v.object({ name: v.string(), bytes }),
  count: { request: v.object({ bytes }), response: v.number() },
};
/** A later version of the program: names are longer, and a request has one more field. */
const second = {
  file: z.object({ name: z.string().min(5), bytes: z.instanceof(Uint8Array) }),
  count: { request: z.object({ bytes: z.instanceof(Uint8Array), from: z.number() }), response: z.number() },
};

test('when two versions of a program differ, only what fits both arrives, and each side is told', async () => {
  const access = { networkKey: makeNetworkKey() };
  const common = { access, interfaces: ['127.0.0.1'], discovery: false };
  const [a, b] = [createNode({ ...common, messages: first }), createNode({ ...common, messages: second })];
  stopAfterTest(a, b);
  await Promise.all([a.start(), b.start()]);
  await connect(a as LanpeerNode, b as LanpeerNode);
  const got: unknown[] = [];
  const told: LanpeerError[] = [];
  b.handle('file', ({ data }) => got.push([data.name, data.bytes.length, data.bytes.every((byte) => byte === 5)]));
  b.errors$.subscribe((error) => told.push(error));
  b.respond('count', ({ data }) => data.bytes.length);
  // Larger than one fragment, and than what is decoded at once.
  const large = new Uint8Array(3_000_000).fill(5);
  const receipts = [
    await a.send(b.id, 'file', { name: 'long name', bytes: large }),
    await a.send(b.id, 'file', { name: 'x', bytes: large }),
    await a.send(b.id, 'file', { name: 'another', bytes: new Uint8Array(3) }),
  ];
  await expect(a.send(b.id, 'file', { name: 1 as never, bytes: large })).rejects.toMatchObject({ code: 'ERR_SCHEMA' });
  await expect(a.request(b.id, 'count', { bytes: large })).rejects.toMatchObject({
    code: 'ERR_SCHEMA',
    message: expect.stringContaining('data.from: '),
  });
  expect(await Promise.all(receipts.map(({ delivered }) => delivered))).toEqual(Array(3).fill('delivered'));
  expect(got).toEqual([
    ['long name', large.length, true],
    ['another', 3, false],
  ]);
  expect(told.map(({ code, message }) => [code, message.includes('data.name: ')])).toEqual([
    ['ERR_SCHEMA', true],
    ['ERR_SCHEMA', false],
  ]);
  expect(b.stats().messages).toMatchObject({ received: 2, invalid: 2 });
});
