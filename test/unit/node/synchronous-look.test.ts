import { expect, it } from 'vitest';
import { type LanpeerNode, makeNetworkKey } from '../../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../src/testing/index.ts';
import { startPairOnMemory } from '../../support/memory-pair.ts';

it('peers is the map that peers$ told last, at every moment', async () => {
  const { clock, network, a, b } = await startPairOnMemory();
  let told: unknown;
  const differences: unknown[] = [];
  a.peers$.subscribe((peers) => {
    told = peers;
    if (a.peers !== peers) differences.push(peers);
  });
  const look = (): unknown => [a.peers === told, [...a.peers.keys()]];
  expect(look()).toEqual([true, [b.id]]);
  expect(a.peers.get(b.id)).toMatchObject({ id: b.id, name: 'node 1', via: 'webrtc' });
  const before = a.peers;
  network.kill(b);
  await clock.advanceAsync(20_000);
  expect(look()).toEqual([true, []]);
  expect([...before.keys()]).toEqual([b.id]);
  expect(differences).toEqual([]);
});

it('peers is empty before the start and after the stop', async () => {
  const { clock, a, b, network } = await startPairOnMemory();
  const unused = network.createNode({ name: 'unused', access: 'open' });
  expect([...unused.peers]).toEqual([]);
  const stopped = a.stop();
  await clock.advanceAsync(5_000);
  await stopped;
  expect([...a.peers]).toEqual([]);
  const started = a.start();
  await clock.advanceAsync(5_000);
  await started;
  const again = a.connect(network.addressOf(b));
  await clock.advanceAsync(5_000);
  await again;
  expect([...a.peers.keys()]).toEqual([b.id]);
});

it('networkTag is what other devices hear of this node, also after its keys have changed', async () => {
  const { clock, a, b, access } = await startPairOnMemory();
  const heard = (by: LanpeerNode, of: LanpeerNode): string | null | undefined => {
    let tag: string | null | undefined;
    by.devices$.subscribe((devices) => (tag = devices.get(of.id)?.networkTag)).unsubscribe();
    return tag;
  };
  expect(a.networkTag).toMatch(/^[a-z2-7]{26}$/);
  expect([b.networkTag, heard(b, a)]).toEqual([a.networkTag, a.networkTag]);
  const next = makeNetworkKey();
  const before = a.networkTag;
  a.setAccess({ networkKey: [next, access.networkKey] });
  await clock.advanceAsync(5_000);
  expect(a.networkTag).not.toBe(before);
  expect(heard(b, a)).toBe(a.networkTag);
});

it('networkTag is there before the start, and null without a key', () => {
  const network = createMemoryNetwork({ clock: createVirtualClock() });
  const networkKey = makeNetworkKey();
  const [one, other] = [1, 2].map(() => network.createNode({ name: 'keyed', access: { networkKey } }));
  expect(one?.networkTag).toBe(other?.networkTag);
  expect(one?.networkTag).not.toBeNull();
  expect(network.createNode({ name: 'open', access: 'open' }).networkTag).toBeNull();
});
