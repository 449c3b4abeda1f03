import { afterEach, describe, expect, it } from 'vitest';
import type { IdentityStore } from '../../../../src/adapters/identity/port.ts';
import type { ConnectionChange, LanpeerError, LanpeerNode } from '../../../../src/index.ts';
import { makeNetworkKey } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { protocolVersion } from '../../../../src/protocol/greeting.ts';
import type { Incarnation } from '../../../../src/protocol/incarnation.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';

const networkKey = makeNetworkKey();
const low = `${'a'.repeat(51)}a`;
const high = `${'b'.repeat(51)}a`;
const hex = (digit: string): string => digit.repeat(16);

/** A store that several nodes open: copies of one state directory on several devices. */
function storeOf(id: string, incarnation: Incarnation): IdentityStore {
  const identity = { id, incarnation, privateKeyPem: '', certificatePem: '', release: () => Promise.resolve() };
  return { open: () => Promise.resolve(identity) };
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function setUp() {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const lost = new Set<LanpeerNode>();
  /** Its host loses power: nothing of it ends any more. */
  function cutPower(node: LanpeerNode): void {
    network.kill(node, 'power');
    lost.add(node);
  }
  async function start(name: string, id: string, incarnation: Incarnation, options: { discovery?: boolean } = {}) {
    const node = network.createNode({ name, access: { networkKey }, identity: storeOf(id, incarnation), ...options });
    const changes: ConnectionChange[] = [];
    const errors: LanpeerError[] = [];
    let peers = 0;
    node.connections$.subscribe((change) => changes.push(change));
    node.errors$.subscribe((error) => errors.push(error));
    node.peers$.subscribe(({ size }) => {
      peers = size;
    });
    node.respond('who', () => name);
    stops.push(async () => {
      if (lost.has(node)) return;
      const stopped = node.stop();
      await clock.advanceAsync(10_000);
      await stopped;
    });
    await node.start();
    return {
      node,
      changes,
      codes: () => errors.map(({ code }) => code),
      errors,
      get peers() {
        return peers;
      },
    };
  }
  return { clock, network, start, cutPower };
}

type Setup = ReturnType<typeof setUp>;

async function ask({ clock }: Setup, node: LanpeerNode, id: string): Promise<unknown> {
  const answer = node.request(id, 'who', null, { timeout: 1_000 }).catch(({ code }: LanpeerError) => code);
  await clock.advanceAsync(1_100);
  return await answer;
}

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
      const world = setUp();
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
      const world = setUp();
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
    const world = setUp();
    const watcher = await world.start('watcher', low, { counter: 5, random: hex('5') });
    const newer = await world.start('newer', high, { counter: 20, random: hex('1') });
    await world.clock.advanceAsync(1_000);
    world.cutPower(newer.node);
    await world.start('older', high, { counter: 10, random: hex('2') });
    await world.clock.advanceAsync(5_000);
    expect(await ask(world, watcher.node, high)).toBe('older');
  });

  it('the one that gave way takes its place again when the newer one is gone', async () => {
    const world = setUp();
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
    const world = setUp();
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
    const world = setUp();
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

describe('announcements of this node’s own id without a proof', () => {
  it('stop nothing, whatever they say, and cost few dials', async () => {
    const world = setUp();
    const watcher = await world.start('watcher', low, { counter: 5, random: hex('5') });
    const node = await world.start('node', high, { counter: 20, random: hex('1') });
    await world.clock.advanceAsync(1_000);
    const before = [watcher.changes.length, node.changes.length];
    for (let no = 0; no < 2_000; no += 1) {
      const address = `203.0.113.${no % 200}`;
      const incarnation = { counter: 10 ** 12 + no, random: hex('f') };
      const txt = { version: protocolVersion, id: high, incarnation, name: 'node', networkTag: null };
      world.network.forge({ kind: 'announced', txt, port: 1_000 + no, addresses: [address] }, address);
      world.network.forge({ kind: 'goodbye', id: high }, address);
      await world.clock.advanceAsync(10);
    }
    expect([watcher.changes.length, node.changes.length]).toEqual(before);
    expect([watcher.peers, node.peers]).toEqual([1, 1]);
    expect(node.codes()).toEqual([]);
    expect(await ask(world, watcher.node, high)).toBe('node');
  });

  it('nor does a peer that is a member and claims to be a newer copy', async () => {
    const world = setUp();
    const watcher = await world.start('watcher', low, { counter: 5, random: hex('5') });
    const node = await world.start('node', high, { counter: 20, random: hex('1') });
    await world.clock.advanceAsync(1_000);
    const { address, port } = world.network.addressOf(watcher.node);
    const txt = {
      version: protocolVersion,
      id: high,
      incarnation: { counter: 99, random: hex('f') },
      name: 'x',
      networkTag: null,
    };
    world.network.forge({ kind: 'announced', txt, port, addresses: [address] }, address);
    await world.clock.advanceAsync(10_000);
    expect([node.node.state, node.peers, node.codes()]).toEqual(['running', 1, []]);
  });
});
