import { expect, test } from 'vitest';
import { LanpeerError, limits } from '../../../src/index.ts';
import { connect, startNodes, startPair } from '../../support/nodes.ts';

async function pair() {
  const { lower: a, higher: b } = await startPair();
  await connect(a, b);
  return { a, b };
}

test('a request has the answer of its responder, whatever the data', async () => {
  const { a, b } = await pair();
  b.respond('sum', ({ data, senderId }) => {
    const { x, y } = data as { readonly x: number; readonly y: number };
    return { sum: x + y, for: senderId };
  });
  b.respond('late', async ({ data }) => {
    await Promise.resolve();
    return data;
  });
  expect(await a.request(b.id, 'sum', { x: 1, y: 2 })).toEqual({ sum: 3, for: a.id });
  for (const data of [null, '', new Uint8Array(0), [1, { b: new Uint8Array(300_000).fill(3) }]])
    expect(await a.request(b.id, 'late', data)).toEqual(data);
});

test('errors come with their codes', async () => {
  const { a, b } = await pair();
  const errors: LanpeerError[] = [];
  b.errors$.subscribe((error) => errors.push(error));
  b.respond('ours', () => {
    throw new LanpeerError('ERR_NOT_ALLOWED', 'Not today.');
  });
  b.respond('theirs', () => Promise.reject(Object.assign(new Error('No such file.'), { code: 'ENOENT' })));
  b.respond('text', () => {
    throw 'just a text';
  });
  b.respond('class', () => new Map());
  await expect(a.request(b.id, 'ours', 1)).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED', message: 'Not today.' });
  await expect(a.request(b.id, 'theirs', 1)).rejects.toMatchObject({ code: 'ERR_RESPONDER', remoteCode: 'ENOENT' });
  await expect(a.request(b.id, 'text', 1)).rejects.toMatchObject({ code: 'ERR_RESPONDER', message: 'just a text' });
  await expect(a.request(b.id, 'class', 1)).rejects.toMatchObject({ code: 'ERR_DATA' });
  await expect(a.request(b.id, 'nobody', 1)).rejects.toMatchObject({ code: 'ERR_NO_RESPONDER' });
  await expect(a.request(b.id, 'no type', 1)).rejects.toMatchObject({ code: 'ERR_TYPE' });
  await expect(a.request('x'.repeat(52), 'ours', 1)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
  expect(errors).toHaveLength(4);
  expect(() => b.respond('ours', () => 1)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }));
});

test('a request that takes too long, or is given up, says so', async () => {
  const { a, b } = await pair();
  const off = b.respond('never', () => new Promise(() => undefined));
  await expect(a.request(b.id, 'never', 1, { timeout: 50 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  const controller = new AbortController();
  const given = a.request(b.id, 'never', 1, { signal: controller.signal });
  controller.abort();
  await expect(given).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  off();
  await expect(a.request(b.id, 'never', 1)).rejects.toMatchObject({ code: 'ERR_NO_RESPONDER' });
});

test('a handler may ask the sender of its message, both ways at once, with full windows', async () => {
  const { a, b } = await pair();
  const answered = { a: 0, b: 0 };
  for (const [name, node] of [
    ['a', a],
    ['b', b],
  ] as const) {
    node.respond('twice', ({ data }) => Number(data) * 2);
    node.handle('work', async ({ senderId, data }) => {
      if ((await node.request(senderId, 'twice', data)) === Number(data) * 2) answered[name] += 1;
    });
  }
  const count = limits.messages.queued * 2;
  const send = async (from: typeof a, to: typeof a): Promise<void> => {
    const fates: Promise<string>[] = [];
    for (let n = 0; n < count; n += 1) fates.push((await from.send(to.id, 'work', n)).delivered);
    await Promise.all(fates);
  };
  await Promise.all([send(a, b), send(b, a)]);
  expect(answered).toEqual({ a: count, b: count });
});

test('more requests than may be open wait for their turn', async () => {
  const { a, b } = await pair();
  let open = 0;
  let most = 0;
  b.respond('slow', async ({ data }) => {
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return data;
  });
  const count = limits.messages.calls * 4;
  const answers = await Promise.all(Array.from({ length: count }, (_, n) => a.request(b.id, 'slow', n)));
  expect(answers).toEqual(Array.from({ length: count }, (_, n) => n));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(limits.messages.calls);
});

test('when the peer ends, what was asked of it is told', async () => {
  const { a, b } = await pair();
  const asked = new Promise<void>((resolve) => {
    b.respond('never', () => {
      resolve();
      return new Promise(() => undefined);
    });
  });
  const waiting = a.request(b.id, 'never', 1).catch((thrown: LanpeerError) => thrown.code);
  await asked;
  await b.stop();
  expect(await waiting).toBe('ERR_UNKNOWN_OUTCOME');
});

test('every peer is asked, and each has its own result', async () => {
  const [a, b, c, d] = await startNodes(4);
  if (!a || !b || !c || !d) throw new Error('four nodes were asked for');
  for (const node of [b, c, d]) await connect(a, node);
  b.respond('name', () => 'b');
  c.respond('name', () => {
    throw new Error('no name');
  });
  const results = await a.requestAll('name', null);
  expect(Object.fromEntries(results)).toEqual({
    [b.id]: { ok: true, data: 'b' },
    [c.id]: { ok: false, error: expect.objectContaining({ code: 'ERR_RESPONDER' }) },
    [d.id]: { ok: false, error: expect.objectContaining({ code: 'ERR_NO_RESPONDER' }) },
  });
});
