import { afterEach, describe, expect, it } from 'vitest';
import {
  type Access,
  type ConnectionChange,
  type LanpeerNode,
  makeNetworkKey,
  type NodeOptions,
} from '../../../../src/index.ts';
import { createMemoryNetwork, createVirtualClock, type NetworkConditions } from '../../../../src/testing/index.ts';

const [first, second, third] = [makeNetworkKey(), makeNetworkKey(), makeNetworkKey()];
const stranger = `${'a'.repeat(51)}q`;

let end = (): Promise<void> => Promise.resolve();
afterEach(() => end());

/** Nodes on one network in virtual time, stopped after the test. */
function setUp(conditions?: NetworkConditions) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock, ...(conditions && { conditions }) });
  const nodes: LanpeerNode[] = [];
  end = async () => {
    const stopped = Promise.all(nodes.map((node) => node.stop()));
    await clock.advanceAsync(10_000);
    await stopped;
  };
  async function start(access: Access, options: Partial<NodeOptions> = {}) {
    const node = network.createNode({ name: `node ${nodes.length}`, access, ...options });
    nodes.push(node);
    const changes: ConnectionChange[] = [];
    node.connections$.subscribe((change) => changes.push(change));
    await node.start();
    /** What was said since the last call. */
    const told = (): readonly string[] =>
      changes.splice(0).map(({ state, reason, code }) => [state, reason, ...(code ? [code] : [])].join(' '));
    return { node, told };
  }
  /** Every device that was heard is connected, over WebRTC where that is allowed. */
  const settle = (ms = 3_000): Promise<unknown> => clock.advanceAsync(ms);
  return { clock, network, start, settle };
}

const peersOf = ({ peers$ }: LanpeerNode): readonly string[] => {
  let ids: readonly string[] = [];
  peers$.subscribe((peers) => (ids = [...peers.keys()])).unsubscribe();
  return ids;
};

describe('keys', () => {
  it('one may be in use after another, and the first is announced', async () => {
    const { start, settle } = setUp();
    const one = await start({ networkKey: [first, second] });
    const other = await start({ networkKey: [second, first, second] });
    await settle();
    expect(peersOf(one.node)).toEqual([other.node.id]);
    const tags: unknown[] = [];
    one.node.devices$.subscribe((devices) => tags.push([...devices.values()].map(({ networkTag }) => networkTag)));
    other.node.setAccess({ networkKey: [first, second] });
    await settle(100);
    const [before, after] = [tags.at(0), tags.at(-1)];
    expect(after).not.toEqual(before);
    expect(one.told().slice(0, 2)).toEqual(['new announced', 'connecting announced']);
    expect(peersOf(one.node)).toEqual([other.node.id]);
  });

  it.each<{ readonly transports: NodeOptions['transports'] & object }>([
    { transports: ['webrtc', 'tls'] },
    { transports: ['webrtc'] },
    { transports: ['tls'] },
  ])('a network changes its key in three steps and loses no message, over $transports', async ({ transports }) => {
    const { start, settle } = setUp();
    const all: Awaited<ReturnType<typeof start>>[] = [];
    for (let no = 0; no < 3; no += 1) all.push(await start({ networkKey: first }, { transports }));
    const got = new Map<string, unknown[]>();
    for (const { node } of all)
      node.handle('count', ({ senderId, data }) => {
        const name = `${senderId} ${node.id}`;
        got.set(name, [...(got.get(name) ?? []), data]);
      });
    await settle();
    let sent = 0;
    const fates: Promise<string>[] = [];
    const pairs = all.flatMap(({ node }) =>
      all.filter((other) => other.node !== node).map((other) => [node, other.node.id] as const),
    );
    async function talk(rounds: number): Promise<void> {
      for (let no = 0; no < rounds; no += 1) {
        for (const [node, to] of pairs) fates.push((await node.send(to, 'count', sent)).delivered);
        sent += 1;
        await settle(50);
      }
    }
    const told = (): readonly string[] => all.flatMap((one) => one.told());
    told();
    await talk(5);

    for (const { node } of all) {
      node.setAccess({ networkKey: [first, second] });
      await talk(5);
    }
    for (const { node } of all) {
      node.setAccess({ networkKey: [second, first] });
      await talk(5);
    }
    expect(told()).toEqual([]);

    for (const { node } of all) {
      node.setAccess({ networkKey: second });
      await talk(5);
      await settle();
      const ended = told().filter((text) => text.startsWith('failed'));
      for (const text of ended) expect(text).toMatch(/^failed (link-lost|remote-lost)/);
    }
    for (const { node } of all) expect(peersOf(node)).toHaveLength(2);
    await talk(5);
    await settle();
    expect(new Set(await Promise.all(fates))).toEqual(new Set(['delivered']));
    const counted = Array.from({ length: sent }, (_, no) => no);
    for (const [node, to] of pairs) expect(got.get(`${node.id} ${to}`)).toEqual(counted);
    // No node accepts the old one any more.
    const late = await start({ networkKey: [third, first] }, { transports });
    await settle();
    expect(peersOf(late.node)).toEqual([]);
  });

  it('a link ends with the key that proved it, with its code, and comes back at once', async () => {
    const { start, settle } = setUp();
    const one = await start({ networkKey: [first, second] });
    const other = await start({ networkKey: [first, second] });
    await settle();
    one.told();
    one.node.setAccess({ networkKey: second });
    await settle(0);
    expect(one.told()[0]).toBe('failed link-lost ERR_NETWORK_KEY');
    await settle(200);
    expect(peersOf(one.node)).toEqual([other.node.id]);
    // Another key that goes is nothing to this one.
    other.told();
    other.node.setAccess({ networkKey: second });
    await settle();
    expect(other.told().filter((text) => !/upgraded/.test(text))).toEqual([]);
  });

  it('so does one whose signalling session is gone', async () => {
    let blocked = false;
    const { network, start, settle } = setUp({
      passes: (kind) => kind === 'link' || !blocked,
      lateMs: () => 0,
      copies: () => [0],
    });
    const one = await start({ networkKey: [first, second] });
    const other = await start({ networkKey: [first, second] });
    await settle();
    blocked = true;
    await settle(60_000);
    expect([one.node.stats().signallingSessions, peersOf(one.node)]).toEqual([0, [other.node.id]]);
    one.told();
    one.node.setAccess({ networkKey: second });
    await settle(0);
    expect(one.told()).toContain('failed link-lost ERR_NETWORK_KEY');
    expect(peersOf(one.node)).toEqual([]);
    await settle(10_000);
    expect([peersOf(one.node), peersOf(other.node)]).toEqual([[], []]);
    blocked = false;
    network.wake();
    await settle(60_000);
    expect(peersOf(one.node)).toEqual([other.node.id]);
  });

  it('when a key is dropped that a peer still needs, refuses it, and accepts it as soon as it is back', async () => {
    const { start, settle } = setUp();
    const one = await start({ networkKey: [second, first] });
    const other = await start({ networkKey: first });
    await settle();
    expect(peersOf(one.node)).toEqual([other.node.id]);
    one.node.setAccess({ networkKey: second });
    await settle();
    expect([peersOf(one.node), peersOf(other.node)]).toEqual([[], []]);
    await settle(300_000);
    other.told();
    other.node.setAccess({ networkKey: [first, second] });
    await settle(4_000);
    expect(peersOf(other.node)).toEqual([one.node.id]);
  });

  it('from open access to a key and back: what was not proven ends', async () => {
    const { start, settle } = setUp();
    const one = await start('open');
    const other = await start('open');
    await settle();
    expect(peersOf(one.node)).toEqual([other.node.id]);
    one.told();
    one.node.setAccess({ networkKey: first });
    await settle(0);
    expect(one.told()[0]).toBe('failed link-lost ERR_NETWORK_KEY');
    await settle();
    expect(peersOf(other.node)).toEqual([]);
    other.node.setAccess({ networkKey: first });
    await settle(1_500);
    expect(peersOf(other.node)).toEqual([one.node.id]);
    // What was proven is more than open access asks for.
    one.node.setAccess('open');
    await settle();
    expect(peersOf(other.node)).toEqual([one.node.id]);
  });

  it('a change made while something is told, and one before the start, hold as well', async () => {
    const { start, settle, clock } = setUp();
    const one = await start({ networkKey: [first, second] });
    const other = await start({ networkKey: [first, second] }, { autoConnect: false });
    let changed = false;
    other.node.connections$.subscribe(({ state }) => {
      if (state !== 'connected' || changed) return;
      changed = true;
      other.node.setAccess({ networkKey: second });
    });
    await settle();
    expect(peersOf(other.node)).toEqual([one.node.id]);
    expect(other.told()).toContain('failed link-lost ERR_NETWORK_KEY');
    const stopped = one.node.stop();
    await clock.advanceAsync(10_000);
    await stopped;
    one.node.setAccess({ networkKey: third });
    await one.node.start();
    await settle();
    expect(peersOf(other.node)).toEqual([]);
    one.node.setAccess({ networkKey: [third, second] });
    await settle(1_500);
    expect(peersOf(other.node)).toEqual([one.node.id]);
  });
});

it('notices know all keys of a node, and pass over a peer that announces another one', async () => {
  const { start, settle } = setUp();
  const one = await start({ networkKey: [second, first] });
  const other = await start({ networkKey: first });
  const codesOf = ({ notices$ }: LanpeerNode): readonly string[] => {
    let codes: readonly string[] = [];
    notices$.subscribe((notices) => (codes = [...notices.keys()])).unsubscribe();
    return codes;
  };
  await settle(10_000);
  expect(peersOf(other.node)).toEqual([one.node.id]);
  expect([codesOf(one.node), codesOf(other.node)]).toEqual([[], []]);
  await start({ networkKey: third });
  await settle(10_000);
  expect([codesOf(one.node), codesOf(other.node)]).toEqual([['ERR_NETWORK_KEY'], ['ERR_NETWORK_KEY']]);
});

describe('ids', () => {
  type Form = (ids: readonly string[], deny?: readonly string[]) => Access;
  const forms: readonly (readonly [string, Form])[] = [
    ['open access', (_, deny = []) => ({ open: true, deny })],
    ['a network key', (_, deny = []) => ({ networkKey: first, deny })],
    ['several network keys', (_, deny = []) => ({ networkKey: [first, second], deny })],
    ['an allow-list', (allow, deny = []) => ({ allow, deny })],
    ['a key and an allow-list', (allow, deny = []) => ({ networkKey: first, allow, deny })],
  ];

  it.each(forms)(
    'when a peer is denied beside %s, closes it and refuses it, and accepts it again at once',
    async (_, access) => {
      const { start, settle } = setUp();
      const one = await start(access([]));
      const other = await start(access([one.node.id]));
      one.node.setAccess(access([other.node.id]));
      await settle();
      expect(peersOf(one.node)).toEqual([other.node.id]);
      one.told();
      other.told();
      const { delivered } = await one.node.send(other.node.id, 'last', 1);
      one.node.setAccess(access([other.node.id], [other.node.id]));
      await settle(0);
      expect(one.told()).toEqual(['closed denied ERR_NOT_ALLOWED']);
      expect(await delivered).toMatch(/unsent|unknown/);
      await settle();
      expect([peersOf(one.node), peersOf(other.node)]).toEqual([[], []]);
      expect(other.told()).toContain('failed denied ERR_NOT_ALLOWED');
      await settle(200_000);
      expect(one.told()).toEqual([]);
      one.node.setAccess(access([other.node.id], [stranger]));
      await settle(1_500);
      expect(peersOf(other.node)).toEqual([one.node.id]);
    },
  );

  it('when a peer leaves the allow-list, closes it, tells its callers, and disturbs no other peer', async () => {
    const { start, settle, network } = setUp();
    const [a, b] = [await start('open'), await start('open')];
    const one = await start({ allow: [a.node.id, b.node.id] });
    await settle();
    expect(new Set(peersOf(one.node))).toEqual(new Set([a.node.id, b.node.id]));
    one.told();
    one.node.setAccess({ allow: [b.node.id] });
    await settle(0);
    expect(one.told()).toEqual(['closed denied ERR_NOT_ALLOWED']);
    const refused = one.node.connect(network.addressOf(a.node)).catch(({ code }) => code);
    await settle();
    expect(await refused).toBe('ERR_NOT_ALLOWED');
    expect(peersOf(one.node)).toEqual([b.node.id]);
  });
});

it('access that cannot work throws its code and changes nothing', async () => {
  const { start, settle } = setUp();
  const one = await start({ networkKey: first });
  const wrong: readonly (readonly [unknown, string])[] = [
    [undefined, 'ERR_ACCESS_REQUIRED'],
    [{}, 'ERR_ACCESS_REQUIRED'],
    [{ deny: [stranger] }, 'ERR_ACCESS_REQUIRED'],
    [{ networkKey: [] }, 'ERR_OPTION'],
    [{ networkKey: [first, second, third, makeNetworkKey(), makeNetworkKey()] }, 'ERR_OPTION'],
    [{ networkKey: [second, 'x'] }, 'ERR_NETWORK_KEY_FORMAT'],
    [{ networkKey: { key: second } }, 'ERR_OPTION'],
    [{ networkKey: second, open: true }, 'ERR_OPTION'],
    [{ networkKey: second, deny: ['x'] }, 'ERR_OPTION'],
    [second, 'ERR_OPTION'],
  ];
  for (const [access, code] of wrong) {
    let thrown: unknown;
    try {
      one.node.setAccess(access as Access);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code });
    expect((thrown as Error).message).not.toMatch(/lanpeer-key-[a-z2-7]/);
  }
  const other = await start({ networkKey: first });
  await settle();
  expect(peersOf(one.node)).toEqual([other.node.id]);
});
