import { describe, expect, it } from 'vitest';
import type { LanpeerNode } from '../../../../src/index.ts';
import { limits } from '../../../../src/index.ts';
import { outcomeOf, startOnMemory, startPairOnMemory } from '../../../support/memory-pair.ts';

const { calls, queued } = limits.messages;

/** Bytes of all sorts; each is filled with 1 and, once it was given away, with 2. */
const sorts: Readonly<Record<string, () => Uint8Array>> = {
  'no byte': () => new Uint8Array(0),
  'a few bytes': () => new Uint8Array(10),
  'some bytes': () => new Uint8Array(300),
  'bytes of several fragments': () => new Uint8Array(100_000),
  'a large array': () => new Uint8Array(2_000_000),
  'a Buffer out of the pool': () => Buffer.allocUnsafe(1_000),
  'a part of a larger array': () => new Uint8Array(70_000).subarray(1_000, 30_000),
};
const isOne = (data: unknown): boolean => data instanceof Uint8Array && Buffer.alloc(data.byteLength, 1).equals(data);

describe.each(Object.entries(sorts))('%s', (_, make) => {
  it('when the call has returned, may be used again, and what arrived may be kept', async () => {
    const { clock, a, b } = await startPairOnMemory();
    const came: unknown[] = [];
    b.handle('n', ({ data }) => came.push(data));
    b.handle('n', ({ data }) => came.push(data));
    b.messages$.subscribe(({ data }) => came.push(data));
    b.respond('q', ({ data }) => {
      came.push(data);
      const answer = make().fill(1);
      queueMicrotask(() => answer.fill(2));
      return answer;
    });
    const calls: ((bytes: Uint8Array) => Promise<unknown>)[] = [
      (bytes) => a.send(b.id, 'n', bytes),
      (bytes) => a.broadcast('n', bytes),
      (bytes) => a.send(b.id, 'n', bytes, { volatile: true }),
      (bytes) => a.request(b.id, 'q', bytes),
      async (bytes) => [...(await a.requestAll('q', bytes)).values()].map((result) => result.ok && result.data)[0],
    ];
    const results = calls.map((call) => {
      const bytes = make().fill(1);
      const result = call(bytes);
      bytes.fill(2);
      return result;
    });
    await clock.advanceAsync(20_000);
    const answers = (await Promise.all(results)).slice(3);
    const size = make().byteLength;
    for (const data of [...came, ...answers])
      expect([isOne(data), (data as Uint8Array).byteLength]).toEqual([true, size]);
    expect(came).toHaveLength(3 * 3 + 2);
    expect(answers).toHaveLength(2);
  }, 30_000);
});

describe('data', () => {
  /** As many requests as may be open, of which none is answered before `release` is called. */
  async function full() {
    const { nodes, ...world } = await startOnMemory(3, { maxMessageBytes: limits.messages.largeBytes });
    const [a, b, c] = nodes as [LanpeerNode, LanpeerNode, LanpeerNode];
    const requested: unknown[] = [];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const node of [b, c])
      node.respond('q', async ({ data }) => {
        requested.push(data);
        await released;
        return data;
      });
    for (let no = 0; no < calls; no += 1) a.request(b.id, 'q', no).catch(() => undefined);
    return { ...world, a, b, c, requested, release: () => release() };
  }

  it('when a request waits for its turn, is as it was at the call', async () => {
    const { clock, a, b, c, requested, release } = await full();
    const state = { list: [1], bytes: new Uint8Array(5).fill(1) };
    const answers = [a.request(b.id, 'q', state), a.requestAll('q', state)] as const;
    state.list.push(2);
    state.bytes.fill(2);
    await clock.advanceAsync(1_000);
    state.list.push(3);
    release();
    await clock.advanceAsync(1_000);
    const was = { list: [1], bytes: new Uint8Array(5).fill(1) };
    expect(await answers[0]).toEqual(was);
    expect(Object.fromEntries(await answers[1])).toEqual({
      [b.id]: { ok: true, data: was },
      [c.id]: { ok: true, data: was },
    });
    expect(requested.filter((one) => typeof one === 'object')).toEqual([was, was, was]);
  });

  it('when it cannot be carried, rejects at once', async () => {
    const { a, b, release } = await full();
    const large = new Uint8Array(limits.messages.largeBytes);
    const outcomes = [
      a.request(b.id, 'q', () => 1),
      a.request(b.id, 'no type', 1),
      a.request(b.id, 'q', large),
      a.requestAll('q', Number.NaN),
      a.requestAll('no type', 1),
    ].map(outcomeOf);
    // Nothing has to arrive for that: no time passes, and no peer answers.
    await new Promise((resolve) => setImmediate(resolve));
    expect(outcomes.map(({ now }) => now)).toEqual(['ERR_DATA', 'ERR_TYPE', 'ERR_TOO_LARGE', 'ERR_DATA', 'ERR_TYPE']);
    release();
  });

  it('when a message waits for room, is as it was at the call', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    const got: unknown[] = [];
    b.handle('state', ({ data }) => got.push(data));
    network.cut(a, b);
    for (let no = 0; no < queued; no += 1) await a.send(b.id, 'n', no);
    const state = { no: 1 };
    const waiting = [a.send(b.id, 'state', state), a.broadcast('state', state)];
    state.no = 2;
    await clock.advanceAsync(100);
    network.heal();
    await clock.advanceAsync(30_000);
    await Promise.all(waiting);
    expect(got).toEqual([{ no: 1 }, { no: 1 }]);
  });

  it('when a responder has returned, its answer is as it was then', async () => {
    const { clock, a, b } = await startPairOnMemory();
    const state = { count: 0 };
    b.respond('count', () => {
      state.count += 1;
      return state;
    });
    b.respond('later', () => {
      state.count += 1;
      return Promise.resolve({ ...state });
    });
    const answers = Promise.all(['count', 'count', 'later', 'count'].map((type) => a.request(b.id, type, null)));
    await clock.advanceAsync(1_000);
    expect(await answers).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }, { count: 4 }]);
  });

  it('when a handler keeps it, stays as it arrived', async () => {
    const { clock, a, b } = await startPairOnMemory();
    const kept: unknown[] = [];
    b.handle('n', ({ data }) => kept.push(data));
    const sizes = Array.from({ length: 200 }, (_, no) => no * 97);
    const bytes = new Uint8Array(20_000);
    for (const [no, size] of sizes.entries()) await a.send(b.id, 'n', bytes.subarray(0, size).fill(no));
    await clock.advanceAsync(5_000);
    expect(kept).toEqual(sizes.map((size, no) => new Uint8Array(size).fill(no)));
  });
});

describe('options', () => {
  it('when they change after the call, are as they were', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    network.cut(a, b);
    for (let no = 0; no < queued; no += 1) await a.send(b.id, 'n', no);
    const [mine, other] = [new AbortController(), new AbortController()];
    const sending = { signal: mine.signal, wait: true };
    const requesting = { signal: mine.signal, timeout: 1_000 };
    const outcomes = [
      a.send(b.id, 'n', 'waits', sending),
      a.request(b.id, 'q', 1, requesting),
      a.requestAll('q', 1, requesting),
    ].map(outcomeOf);
    Object.assign(sending, { signal: other.signal, wait: false });
    Object.assign(requesting, { signal: other.signal, timeout: 2 });
    other.abort();
    await clock.advanceAsync(500);
    expect(outcomes.map(({ now }) => now)).toEqual([undefined, undefined, undefined]);
    mine.abort();
    await clock.advanceAsync(1);
    expect(outcomes.map(({ now }) => now)).toEqual(['ERR_ABORTED', 'ERR_ABORTED', 'resolved']);
  });

  it('when connect waits for a disconnect, are as they were', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    const left = a.disconnect(b.id);
    const target = { ...network.addressOf(b) };
    const back = outcomeOf(a.connect(target));
    Object.assign(target, { address: '203.0.113.9', port: 9, id: `${'z'.repeat(51)}a` });
    await clock.advanceAsync(5_000);
    await left;
    expect(back.now).toBe('resolved');
  });
});
