import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type LanpeerNode, limits, type PeerResults } from '../../../../src/index.ts';
import { outcomeOf, startOnMemory } from '../../../support/memory-pair.ts';

const { queued, outageMs } = limits.messages;

/** A node with peers, of which the last takes no further message. */
async function withStuckPeer(count = 4) {
  const { nodes, ...world } = await startOnMemory(count);
  const [a, ...peers] = nodes as [LanpeerNode, ...LanpeerNode[]];
  const stuck = peers.pop() as LanpeerNode;
  world.network.cut(a, stuck);
  for (let no = 0; no < queued; no += 1) await a.send(stuck.id, 'n', no);
  return { ...world, a, stuck, quick: peers.map(({ id }) => id).sort() };
}

/** What a loop over these has got so far. */
function loop<Result extends { readonly ok: boolean }>(results: PeerResults<Result>) {
  const got: [id: string, outcome: unknown][] = [];
  const over = (async () => {
    for await (const [id, result] of results)
      got.push([id, result.ok || (result as unknown as { error: { code: string } }).error.code]);
  })();
  return { got, over: outcomeOf(over) };
}

const ids = (got: readonly (readonly [string, unknown])[]): string[] => got.map(([id]) => id).sort();

describe('the results of a broadcast', () => {
  it('when one peer is stuck, come from all others before that', async () => {
    const { a, clock, network, stuck, quick } = await withStuckPeer();
    const results = a.broadcast('n', 'all');
    const { got, over } = loop(results);
    const all = outcomeOf(results);
    await setImmediate();
    expect([ids(got), over.now, all.now]).toEqual([quick, undefined, undefined]);
    network.heal();
    await clock.advanceAsync(30_000);
    expect(got.at(-1)).toEqual([stuck.id, true]);
    expect([got.length, over.now, all.now]).toEqual([3, 'resolved', 'resolved']);
    expect([...(await results).keys()]).toEqual(got.map(([id]) => id));
  });

  it('when the stuck peer is given up, have its code', async () => {
    const { a, clock, stuck } = await withStuckPeer();
    const { got, over } = loop(a.broadcast('n', 'all'));
    const gone = a.disconnect(stuck.id);
    await clock.advanceAsync(5_000);
    expect([got.at(-1), over.now]).toEqual([[stuck.id, 'ERR_NO_PEER'], 'resolved']);
    await gone;
  });

  it('when the call is aborted, have a code for the rest', async () => {
    const { a, stuck, quick } = await withStuckPeer();
    const controller = new AbortController();
    const { got, over } = loop(a.broadcast('n', 'all', { signal: controller.signal }));
    await setImmediate();
    controller.abort();
    await setImmediate();
    expect(ids(got.slice(0, -1))).toEqual(quick);
    expect([got.at(-1), over.now]).toEqual([[stuck.id, 'ERR_ABORTED'], 'resolved']);
  });

  it('when a loop is left, still come to the promise and to other loops, and the message is sent', async () => {
    const { a, clock, network, nodes, quick } = await startOnMemory(3).then((world) => {
      const [first, ...rest] = world.nodes as [LanpeerNode, ...LanpeerNode[]];
      return { ...world, a: first, quick: rest.map(({ id }) => id).sort() };
    });
    const got: unknown[] = [];
    for (const node of nodes.slice(1)) node.handle('n', ({ data }) => got.push(data));
    const results = a.broadcast('n', 'all');
    let seen = 0;
    for await (const _ of results) {
      seen += 1;
      break;
    }
    expect(seen).toBe(1);
    expect(ids([...(await results)])).toEqual(quick);
    const again: string[] = [];
    for await (const [id] of results) again.push(id);
    expect(again.sort()).toEqual(quick);
    await clock.advanceAsync(1_000);
    expect(got).toEqual(['all', 'all']);
    expect(network.open.links).toBeGreaterThan(0);
  });

  it('without a peer, are none', async () => {
    const { nodes } = await startOnMemory(1);
    const [alone] = nodes as [LanpeerNode];
    const results = alone.broadcast('n', 1);
    const { got, over } = loop(results);
    await setImmediate();
    expect([got, over.now, await results]).toEqual([[], 'resolved', new Map()]);
  });
});

describe('the answers of all peers', () => {
  /** Peers that answer when the test says so. */
  async function withAnswers() {
    const { nodes, ...world } = await startOnMemory(4);
    const [a, ...peers] = nodes as [LanpeerNode, ...LanpeerNode[]];
    const answer = new Map<string, () => void>();
    for (const { id, respond } of peers)
      respond('q', () => new Promise<string>((resolve) => answer.set(id, () => resolve(id))));
    return { ...world, a, peers, answer };
  }

  it('come one by one, in the order in which peers answer', async () => {
    const { a, clock, peers, answer } = await withAnswers();
    const { got, over } = loop(a.requestAll('q', null));
    const order = [2, 0, 1].map((at) => (peers[at] as LanpeerNode).id);
    await clock.advanceAsync(100);
    for (const [at, id] of order.entries()) {
      expect(got.map(([one]) => one)).toEqual(order.slice(0, at));
      answer.get(id)?.();
      await clock.advanceAsync(100);
    }
    expect([got.map(([id]) => id), over.now]).toEqual([order, 'resolved']);
  });

  it('when a peer leaves, is frozen or is stopped, are its code', async () => {
    const { a, clock, network, peers, answer } = await withAnswers();
    const [leaves, frozen, answers] = peers as [LanpeerNode, LanpeerNode, LanpeerNode];
    const { got, over } = loop(a.requestAll('q', null, { timeout: Number.POSITIVE_INFINITY }));
    await clock.advanceAsync(100);
    answer.get(answers.id)?.();
    void leaves.stop();
    network.cut(a, frozen);
    await clock.advanceAsync(5_000);
    expect(Object.fromEntries(got)).toEqual({ [answers.id]: true, [leaves.id]: 'ERR_UNKNOWN_OUTCOME' });
    await clock.advanceAsync(outageMs + 20_000);
    expect([got.at(-1), over.now]).toEqual([[frozen.id, 'ERR_UNKNOWN_OUTCOME'], 'resolved']);
  });

  it('when the loop is left, are still waited for, until the signal of the call ends that', async () => {
    const { a, clock, answer, peers } = await withAnswers();
    const controller = new AbortController();
    const results = a.requestAll('q', null, { signal: controller.signal });
    const first = (async () => {
      for await (const [id, result] of results) return [id, result.ok];
      return [];
    })();
    await clock.advanceAsync(100);
    const [one, other] = peers as [LanpeerNode, LanpeerNode];
    answer.get(one.id)?.();
    await clock.advanceAsync(100);
    expect(await first).toEqual([one.id, true]);
    answer.get(other.id)?.();
    await clock.advanceAsync(100);
    controller.abort();
    const all = [...(await results).values()].map((result) => result.ok || result.error.code);
    expect(all).toEqual([true, true, 'ERR_ABORTED']);
  });

  it('when the time is over, end with it', async () => {
    const { a, clock } = await withAnswers();
    const { got, over } = loop(a.requestAll('q', null, { timeout: 500 }));
    await clock.advanceAsync(600);
    expect([got.map(([, code]) => code), over.now]).toEqual([Array(3).fill('ERR_TIMEOUT'), 'resolved']);
  });
});

describe('a call that rejects', () => {
  it('rejects in the loop as well, and in nothing else', async () => {
    const { nodes } = await startOnMemory(2);
    const [a] = nodes as [LanpeerNode];
    const unhandled: unknown[] = [];
    const note = (thrown: unknown): void => void unhandled.push(thrown);
    process.on('unhandledRejection', note);
    const loops = [
      loop(a.broadcast('no type', 1)),
      loop(a.requestAll('q', Number.NaN)),
      loop(a.broadcast('n', 1, 1 as never)),
    ];
    await setImmediate();
    await setImmediate();
    process.off('unhandledRejection', note);
    expect(loops.map(({ got, over }) => [got, over.now])).toEqual([
      [[], 'ERR_TYPE'],
      [[], 'ERR_DATA'],
      [[], 'ERR_OPTION'],
    ]);
    expect(unhandled).toEqual([]);
  });

  it('is a promise like any other where nobody loops', async () => {
    const { nodes } = await startOnMemory(1);
    const [a] = nodes as [LanpeerNode];
    expect(a.broadcast('n', 1)).toBeInstanceOf(Promise);
    await expect(a.broadcast('no type', 1)).rejects.toMatchObject({ code: 'ERR_TYPE' });
    expect(await a.broadcast('n', 1).finally(() => undefined)).toEqual(new Map());
  });
});
