import { describe, expect, it } from 'vitest';
import { type LanpeerNode, makeNetworkKey } from '../../../../src/index.ts';
import { peersOf, setUpNodes } from '../../../support/access-nodes.ts';

const [first, second, third] = [makeNetworkKey(), makeNetworkKey(), makeNetworkKey()];

describe('keys', () => {
  it('a link ends with the key that proved it, with its code, and comes back at once', async () => {
    const { start, settle } = setUpNodes();
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
    const { network, start, settle } = setUpNodes({
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
    const { start, settle } = setUpNodes();
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
    const { start, settle } = setUpNodes();
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
    const { start, settle, clock } = setUpNodes();
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
  const { start, settle } = setUpNodes();
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
