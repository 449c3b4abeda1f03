import { describe, expect, it } from 'vitest';
import { ephemeralIdentity } from '../../../src/adapters/index.ts';
import { limits } from '../../../src/limits.ts';
import { outcomeOf, startPairOnMemory, watchSessions } from '../../support/memory-pair.ts';

const { outageMs } = limits.messages;

describe('an outage', () => {
  it('that ends in time loses nothing: messages are accepted, requests answered once', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    const got: unknown[] = [];
    let asked = 0;
    b.handle('n', ({ data }) => got.push(data));
    b.respond('count', () => {
      asked += 1;
      return asked;
    });
    network.cut(a, b);
    const fates = [1, 2, 3].map(async (n) => (await a.send(b.id, 'n', n)).delivered);
    const answer = a.request(b.id, 'count', null, { timeout: outageMs });
    await clock.advanceAsync(outageMs / 2);
    expect(got).toEqual([]);
    network.heal();
    await clock.advanceAsync(10_000);
    expect([await Promise.all(fates), got, await answer, asked]).toEqual([
      ['delivered', 'delivered', 'delivered'],
      [1, 2, 3],
      1,
      1,
    ]);
  });

  it('that is too long ends the session on both sides: fates here, a gap there', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    const [here, there] = [watchSessions(a), watchSessions(b)];
    b.handle('n', () => new Promise(() => undefined));
    const first = await a.send(b.id, 'n', 1);
    await clock.advanceAsync(1_000);
    network.cut(a, b);
    const second = await a.send(b.id, 'n', 2);
    const request = outcomeOf(a.request(b.id, 'any', 1, { timeout: 2 * outageMs }));
    await clock.advanceAsync(outageMs + 20_000);
    // The first had arrived; whether its handler settles cannot be known any more. The second never left.
    expect([await first.delivered, await second.delivered]).toEqual(['unknown', 'unknown']);
    expect(request.now).toBe('ERR_UNKNOWN_OUTCOME');
    expect(here).toEqual(['ended']);
    expect(outcomeOf(a.send(b.id, 'n', 3)).now).toBeUndefined();
    await expect(a.send(b.id, 'n', 3)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
    network.heal();
    await clock.advanceAsync(40_000);
    expect([here, there]).toEqual([
      ['ended', 'resumed', 'gap'],
      ['ended', 'resumed', 'gap'],
    ]);
    expect((await a.send(b.id, 'n', 4)).delivered).toBeInstanceOf(Promise);
  });

  it('tells apart a request that never left from one that may have arrived', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    network.cut(a, b);
    const given = outcomeOf(a.request(b.id, 'any', 1, { timeout: 2 * outageMs }));
    await clock.advanceAsync(20_000);
    const kept = outcomeOf(a.request(b.id, 'any', 2, { timeout: 2 * outageMs }));
    await clock.advanceAsync(outageMs);
    expect([given.now, kept.now]).toEqual(['ERR_UNKNOWN_OUTCOME', 'ERR_UNSENT']);
  });

  it('is remembered for an hour longer, and then as if the two had never met', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    const changes = watchSessions(a);
    network.cut(a, b);
    await clock.advanceAsync(outageMs + limits.messages.rememberMs + 30_000);
    network.heal();
    await clock.advanceAsync(60_000);
    expect(changes).toEqual(['ended', 'opened']);
  });

  it('that ends with another run of the peer ends the session, and nothing of the old one reaches the new one', async () => {
    const { clock, network, a, b, access } = await startPairOnMemory();
    const identity = ephemeralIdentity({ clock });
    const first = network.createNode({ name: 'c', access, identity });
    await first.start();
    await clock.advanceAsync(2_000);
    const here = watchSessions(a);
    const sent = await a.send(first.id, 'n', 'for the first run');
    network.kill(first);
    await clock.advanceAsync(2_000);
    const waiting = await a.send(first.id, 'n', 'for the first run, too');
    const stopped = first.stop();
    await clock.advanceAsync(10_000);
    await stopped;
    const second = network.createNode({ name: 'c', access, identity });
    const got: unknown[] = [];
    second.handle('n', ({ data }) => got.push(data));
    await second.start();
    await clock.advanceAsync(5_000);
    expect([await sent.delivered, await waiting.delivered, got]).toEqual(['unknown', 'unsent', []]);
    expect(here).toContain('ended');
    const third = await a.send(second.id, 'n', 'for the second run');
    await clock.advanceAsync(1_000);
    expect([await third.delivered, got]).toEqual(['delivered', ['for the second run']]);
    expect(b.state).toBe('running');
    const ended = second.stop();
    await clock.advanceAsync(10_000);
    await ended;
  });

  it('ends with the connection, when that is closed on purpose', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    network.cut(a, b);
    const { delivered } = await a.send(b.id, 'n', 1);
    await clock.advanceAsync(20_000);
    const gone = a.disconnect(b.id);
    await clock.advanceAsync(5_000);
    await gone;
    expect(['unsent', 'unknown']).toContain(await delivered);
    await expect(a.send(b.id, 'n', 2)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
  });
});

it('a request that names no time limit has one', async () => {
  const { clock, a, b } = await startPairOnMemory();
  b.respond('never', () => new Promise(() => undefined));
  const outcome = outcomeOf(a.request(b.id, 'never', null));
  await clock.advanceAsync(limits.messages.requestMs - 1);
  expect(outcome.now).toBeUndefined();
  await clock.advanceAsync(1);
  expect(outcome.now).toBe('ERR_TIMEOUT');
});
