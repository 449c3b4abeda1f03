import { describe, expect, it } from 'vitest';
import type { LanpeerError } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import type { Incarnation } from '../../../../src/protocol/incarnation.ts';
import { ask, hex, high, low, setUpCopies } from '../../../support/identity-copies.ts';

const orders = [
  ['newer', 'older', 'watcher'],
  ['newer', 'watcher', 'older'],
  ['older', 'newer', 'watcher'],
  ['older', 'watcher', 'newer'],
  ['watcher', 'newer', 'older'],
  ['watcher', 'older', 'newer'],
] as const;
const incarnations: readonly (readonly [string, Incarnation, Incarnation])[] = [
  ['a higher counter', { counter: 20, random: hex('1') }, { counter: 10, random: hex('2') }],
  ['a tie and a higher random part', { counter: 20, random: hex('2') }, { counter: 20, random: hex('1') }],
];
const gaps = [10, 1_700, 20_000];
const cases = orders.flatMap((order) =>
  incarnations.flatMap(([what, newer, older]) =>
    [true, false].flatMap((below) => gaps.map((gap) => ({ order, what, newer, older, below, gap }))),
  ),
);

describe('two running copies of one identity', () => {
  it.each(cases)(
    '$order, $gap ms apart, by $what; the copied id is lower: $below',
    async ({ order, newer, older, below, gap }) => {
      const world = setUpCopies();
      const [copied, other] = below ? [low, high] : [high, low];
      const started = new Map<string, Awaited<ReturnType<typeof world.start>>>();
      for (const [at, name] of order.entries()) {
        if (at > 0) await world.clock.advanceAsync(gap);
        const incarnation = { newer, older, watcher: { counter: 5, random: hex('5') } }[name];
        started.set(name, await world.start(name, name === 'watcher' ? other : copied, incarnation));
      }
      await world.clock.advanceAsync(5_000);
      const [watcher, winner, loser] = ['watcher', 'newer', 'older'].map((name) => started.get(name));
      if (!watcher || !winner || !loser) throw new Error('one did not start');
      const changesThen = [watcher, winner, loser].map(({ changes }) => changes.length);
      expect([watcher.peers, winner.peers, loser.peers]).toEqual([1, 1, 0]);
      expect(loser.node.state).toBe('running');
      expect(loser.codes()).toContain('ERR_INSTANCE');
      expect(winner.codes()).toContain('ERR_INSTANCE');
      expect(await ask(world, watcher.node, copied)).toBe('newer');
      await world.clock.advanceAsync(150_000);
      expect([watcher, winner, loser].map(({ changes }) => changes.length)).toEqual(changesThen);
      expect(loser.codes().filter((code) => code === 'ERR_INSTANCE').length).toBeLessThanOrEqual(4);
      expect(loser.codes().filter((code) => code === 'ERR_INSTANCE').length).toBeGreaterThanOrEqual(3);
    },
  );

  it.each([true, false])(
    'that cannot hear each other: the newer one keeps its peer; lower id copied: %s',
    async (below) => {
      const world = setUpCopies();
      const [copied, other] = below ? [low, high] : [high, low];
      const watcher = await world.start('watcher', other, { counter: 5, random: hex('5') });
      const newer = await world.start('newer', copied, { counter: 20, random: hex('1') });
      world.network.cut(newer.node, newer.node);
      const older = await world.start('older', copied, { counter: 10, random: hex('2') });
      world.network.cut(newer.node, older.node);
      await world.clock.advanceAsync(5_000);
      expect(watcher.peers).toBe(1);
      expect(await ask(world, watcher.node, copied)).toBe('newer');
      const [seen, held] = [watcher.changes.length, newer.changes.length];
      await world.clock.advanceAsync(120_000);
      expect([watcher.changes.length, newer.changes.length]).toEqual([seen, held]);
      const refused = older.changes.filter(({ reason }) => reason === 'superseded');
      expect(refused[0]).toMatchObject({ state: 'failed', code: 'ERR_INSTANCE' });
      // It waits its back-off out: a second later in the beginning, half a minute at most.
      expect(refused.length).toBeLessThan(20);
      expect(older.changes.filter(({ state }) => state === 'connected')).toEqual([]);
    },
  );

  it('an older one, as of a restored backup, is taken where the newer one is gone without a word', async () => {
    const world = setUpCopies();
    const watcher = await world.start('watcher', low, { counter: 5, random: hex('5') });
    const newer = await world.start('newer', high, { counter: 20, random: hex('1') });
    await world.clock.advanceAsync(1_000);
    world.cutPower(newer.node);
    await world.start('older', high, { counter: 10, random: hex('2') });
    await world.clock.advanceAsync(5_000);
    expect(await ask(world, watcher.node, high)).toBe('older');
  });

  it('the one that gave way takes its place again when the newer one is gone', async () => {
    const world = setUpCopies();
    const watcher = await world.start('watcher', low, { counter: 5, random: hex('5') });
    const newer = await world.start('newer', high, { counter: 20, random: hex('1') });
    const older = await world.start('older', high, { counter: 10, random: hex('2') });
    await world.clock.advanceAsync(5_000);
    expect([older.peers, watcher.peers]).toEqual([0, 1]);
    const stopped = newer.node.stop();
    await world.clock.advanceAsync(limits.copies.checkEveryMs + 5_000);
    await stopped;
    expect([older.peers, watcher.peers]).toEqual([1, 1]);
    expect(await ask(world, watcher.node, high)).toBe('older');
  });

  it('after it gave way, makes no dial, refuses callers with the reason, and stops as any other', async () => {
    const world = setUpCopies();
    const watcher = await world.start('watcher', low, { counter: 5, random: hex('5') }, { discovery: false });
    await world.start('newer', high, { counter: 20, random: hex('1') });
    const older = await world.start('older', high, { counter: 10, random: hex('2') });
    await world.clock.advanceAsync(5_000);
    for (const id of [low, undefined])
      await expect(
        older.node.connect({ ...world.network.addressOf(watcher.node), ...(id ? { id } : {}) }),
      ).rejects.toMatchObject({ code: 'ERR_INSTANCE' });
    expect(older.errors[0]?.message).toMatch(/lanpeer id --new/);
    const called = watcher.node.connect(world.network.addressOf(older.node)).catch(({ code }: LanpeerError) => code);
    await world.clock.advanceAsync(20_000);
    expect(typeof (await called)).toBe('string');
    expect(older.peers).toBe(0);
    const stopped = older.node.stop();
    await world.clock.advanceAsync(10_000);
    await stopped;
    expect(older.node.state).toBe('stopped');
  });

  it('a connect by address that meets a copy of this node says so', async () => {
    const world = setUpCopies();
    const newer = await world.start('newer', high, { counter: 20, random: hex('1') }, { discovery: false });
    const older = await world.start('older', high, { counter: 10, random: hex('2') }, { discovery: false });
    const { address, port } = world.network.addressOf(older.node);
    const met = newer.node.connect({ address, port }).catch(({ code }: LanpeerError) => code);
    await world.clock.advanceAsync(1_000);
    expect(await met).toBe('ERR_INSTANCE');
    // Both know of each other by that one dial.
    expect([newer.codes(), older.codes()]).toEqual([['ERR_INSTANCE'], ['ERR_INSTANCE']]);
    const self = newer.node.connect({ ...world.network.addressOf(newer.node), id: undefined } as never);
    const refused = self.catch(({ code }: LanpeerError) => code);
    await world.clock.advanceAsync(1_000);
    expect(await refused).toBe('ERR_SELF');
  });
});
