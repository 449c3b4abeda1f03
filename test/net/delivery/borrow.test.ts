import { expect, test } from 'vitest';
import { connect, startPair } from '../../support/nodes.ts';

async function pair() {
  const { lower: a, higher: b } = await startPair({ transports: ['tls'] });
  await connect(a, b);
  return { a, b };
}

test('lent bytes arrive, in a message, a broadcast and a request', async () => {
  const { a, b } = await pair();
  const got: unknown[] = [];
  b.handle('x', ({ data }) => void got.push(data));
  b.respond('size', ({ data }) => (data as Uint8Array).byteLength);
  const data = { bytes: new Uint8Array(3_000_000).fill(7), list: [new Uint8Array(100_000).fill(8), 1] };
  const receipt = await a.send(b.id, 'x', data, { borrow: true });
  expect(await receipt.delivered).toBe('delivered');
  const results = await a.broadcast('x', data, { borrow: true });
  const result = results.get(b.id);
  expect(result?.ok && (await result.receipt.delivered)).toBe('delivered');
  expect(got).toStrictEqual([data, data]);
  expect(await a.request(b.id, 'size', data.bytes, { borrow: true })).toBe(3_000_000);
});

test('when memory is transferred while it is lent, its message fails, and the link stays', async () => {
  const { a, b } = await pair();
  b.respond('echo', ({ data }) => data);
  const transitions: unknown[] = [];
  const errors: string[] = [];
  a.connections$.subscribe((transition) => transitions.push(transition));
  a.errors$.subscribe(({ code }) => errors.push(code));
  for (const start of [0, 1]) {
    const bytes = new Uint8Array(30_000_000);
    const begun = new Promise<void>((resolve) => {
      const subscription = a.transfers$.subscribe(() => {
        queueMicrotask(() => subscription.unsubscribe());
        resolve();
      });
    });
    const { delivered } = await a.send(b.id, 'x', bytes, { borrow: true });
    if (start === 1) await begun;
    structuredClone(bytes, { transfer: [bytes.buffer] });
    expect(['unsent', 'unknown']).toContain(await delivered);
  }
  expect(errors).toEqual(['ERR_DATA', 'ERR_DATA']);
  expect(await a.request(b.id, 'echo', 'still there')).toBe('still there');
  expect(transitions).toEqual([]);
});

test('when the memory of a request is transferred while it is lent, the call is rejected', async () => {
  const { a, b } = await pair();
  b.respond('echo', ({ data }) => data);
  const bytes = new Uint8Array(30_000_000);
  const answer = a.request(b.id, 'echo', bytes, { borrow: true });
  structuredClone(bytes, { transfer: [bytes.buffer] });
  await expect(answer).rejects.toMatchObject({ code: 'ERR_DATA' });
  expect(await a.request(b.id, 'echo', 1)).toBe(1);
});
