import { describe, expect, it } from 'vitest';
import { type LanpeerNode, limits } from '../../../../src/index.ts';
import { outcomeOf, startOnMemory, startPairOnMemory } from '../../../support/memory-pair.ts';

const { queued, queuedBytes, largeBytes, reserveBytes, poolBytes } = limits.messages;
const half = largeBytes / 2;

/** Sends until it is refused; how many were accepted. */
async function fill(from: LanpeerNode, to: string, data: unknown, most = 10_000): Promise<number> {
  for (let count = 0; count < most; count += 1)
    if (
      await from.send(to, 'n', data, { wait: false }).then(
        () => false,
        () => true,
      )
    )
      return count;
  return most;
}

describe('the window to a peer', () => {
  it('accepts so many messages, and so many bytes', async () => {
    const { network, a, b } = await startPairOnMemory();
    network.cut(a, b);
    expect(await fill(a, b.id, 1)).toBe(queued);
    await expect(a.send(b.id, 'n', 1, { wait: false })).rejects.toMatchObject({ code: 'ERR_BACKPRESSURE' });
    const bytes = await startPairOnMemory();
    bytes.network.cut(bytes.a, bytes.b);
    const count = await fill(bytes.a, bytes.b.id, new Uint8Array(half));
    expect(count).toBe(Math.floor(queuedBytes / (half + 20)));
  });

  it('when it is full, senders wait in order, until they give up', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    const got: unknown[] = [];
    b.handle('n', ({ data }) => got.push(data));
    network.cut(a, b);
    for (let n = 0; n < queued; n += 1) await a.send(b.id, 'n', n);
    const controller = new AbortController();
    const givesUp = outcomeOf(a.send(b.id, 'n', 'never', { signal: controller.signal }));
    const waits = outcomeOf(a.send(b.id, 'n', queued));
    await clock.advanceAsync(10);
    controller.abort();
    await clock.advanceAsync(10);
    expect([givesUp.now, waits.now]).toEqual(['ERR_ABORTED', undefined]);
    await expect(a.send(b.id, 'n', 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    network.heal();
    await clock.advanceAsync(30_000);
    expect(waits.now).toBe('resolved');
    expect(got).toEqual(Array.from({ length: queued + 1 }, (_, n) => n));
  });

  it('when a large message is in it, the next large one waits', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    const got: number[] = [];
    b.handle('large', ({ data }) => got.push((data as Uint8Array).length));
    network.cut(a, b);
    const [first, second] = [
      outcomeOf(a.send(b.id, 'large', new Uint8Array(2_000_000))),
      outcomeOf(a.send(b.id, 'large', new Uint8Array(3_000_000))),
    ];
    await clock.advanceAsync(10);
    expect([first.now, second.now]).toEqual(['resolved', undefined]);
    network.heal();
    await clock.advanceAsync(60_000);
    expect([second.now, got]).toEqual(['resolved', [2_000_000, 3_000_000]]);
  });

  it('when nine peers receive nothing, sends to a tenth', async () => {
    const { clock, network, nodes } = await startOnMemory(11);
    const [a, tenth, ...frozen] = nodes as [LanpeerNode, LanpeerNode, ...LanpeerNode[]];
    expect(frozen).toHaveLength(9);
    for (const peer of frozen) network.cut(a, peer);
    let accepted = 0;
    for (const peer of frozen) accepted += (await fill(a, peer.id, new Uint8Array(half))) * half;
    expect(accepted).toBeGreaterThan(poolBytes * 0.9);
    expect(accepted).toBeLessThan(poolBytes + 9 * reserveBytes);
    const got: unknown[] = [];
    tenth.handle('n', ({ data }) => got.push(data));
    for (let n = 0; n < 100; n += 1) await a.send(tenth.id, 'n', n);
    await clock.advanceAsync(1_000);
    expect(got).toHaveLength(100);
    // A message that does not fit into what the peer has for itself waits for the pool.
    const large = outcomeOf(a.send(tenth.id, 'n', new Uint8Array(half)));
    await clock.advanceAsync(1_000);
    expect(large.now).toBeUndefined();
    network.heal();
    await clock.advanceAsync(60_000);
    expect([large.now, got.length]).toEqual(['resolved', 101]);
  }, 60_000);
});

describe('a sender', () => {
  it('when there is no link, rejects volatile messages', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    expect(await (await a.send(b.id, 'n', 1, { volatile: true })).delivered).toBe('unknown');
    network.cut(a, b);
    await clock.advanceAsync(20_000);
    await expect(a.send(b.id, 'n', 1, { volatile: true })).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
  });

  it('when a message is larger than the peer accepts, rejects it', async () => {
    const { a, b } = await startPairOnMemory({ maxMessageBytes: largeBytes });
    await expect(a.send(b.id, 'n', new Uint8Array(largeBytes))).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' });
    await expect(a.request(b.id, 'n', new Uint8Array(largeBytes))).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' });
  });
});
