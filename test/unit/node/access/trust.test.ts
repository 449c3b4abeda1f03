import { expect, it } from 'vitest';
import { ephemeralIdentity } from '../../../../src/adapters/identity/ephemeral.ts';
import type { LanpeerNode, PendingDevice, TrustedDevice } from '../../../../src/index.ts';
import { peersOf, setUpNodes } from '../../../support/access-nodes.ts';

const firstUse = { trust: 'first-use' } as const;

function currentOf<T>(stream: { subscribe(next: (value: T) => void): { unsubscribe(): void } }): T {
  let current: T | undefined;
  stream.subscribe((value) => (current = value)).unsubscribe();
  return current as T;
}

const pendingOf = (node: LanpeerNode): readonly PendingDevice[] => [...currentOf(node.pending$).values()];
const trustedOf = (node: LanpeerNode): readonly TrustedDevice[] => [...currentOf(node.trusted$).values()];
const idsOf = (devices: readonly { readonly id: string }[]): readonly string[] => devices.map(({ id }) => id);

it('strangers wait at each other, and connect once both sides trust', async () => {
  const { start, settle } = setUpNodes();
  const [one, other] = [await start(firstUse), await start(firstUse)];
  await settle();
  expect(pendingOf(one.node)).toEqual([
    { id: other.node.id, name: 'node 1', address: expect.any(String), since: expect.any(Number), sameNameAs: null },
  ]);
  expect(idsOf(pendingOf(other.node))).toEqual([one.node.id]);
  expect([...one.told(), ...other.told()]).toContain('failed denied ERR_NOT_TRUSTED');
  await one.node.trust(other.node.id);
  await settle();
  expect([peersOf(one.node), pendingOf(one.node)]).toEqual([[], []]);
  expect(trustedOf(one.node)).toEqual([{ id: other.node.id, name: 'node 1', at: expect.any(Number) }]);
  expect(idsOf(pendingOf(other.node))).toEqual([one.node.id]);
  await other.node.trust(one.node.id, { name: 'kitchen' });
  await settle();
  expect([peersOf(one.node), peersOf(other.node)]).toEqual([[other.node.id], [one.node.id]]);
  expect(trustedOf(other.node)).toMatchObject([{ name: 'kitchen' }]);
});

it('a device that is dialed by its address alone waits as well, on both sides', async () => {
  const { start, settle, network } = setUpNodes();
  const one = await start(firstUse, { discovery: false });
  const other = await start(firstUse, { discovery: false });
  const dialed = one.node
    .connect({ address: network.addressOf(other.node).address, port: other.node.port })
    .catch(({ code }) => code);
  await settle();
  expect(await dialed).toBe('ERR_NOT_TRUSTED');
  expect(pendingOf(one.node)).toMatchObject([{ id: other.node.id, name: null }]);
  expect(idsOf(pendingOf(other.node))).toEqual([one.node.id]);
});

it('that one device is trusted, renamed or revoked lets no other one in, not even for a moment', async () => {
  const { start, settle, network } = setUpNodes();
  const one = await start(firstUse, { discovery: false });
  const [friend, stranger] = [await start('open', { discovery: false }), await start('open', { discovery: false })];
  await one.node.trust(friend.node.id);
  await one.node.trust(friend.node.id, { name: 'friend' });
  await one.node.revoke(friend.node.id);
  const refused = settled(stranger.node.connect(network.addressOf(one.node)), settle);
  expect(await refused).toBe('ERR_NOT_TRUSTED');
  expect(one.told()).toEqual([]);
});

it('a revoked peer is cut at once, and stays out after a restart and under another name', async () => {
  const { clock, start, settle, network } = setUpNodes();
  const identity = ephemeralIdentity({ clock });
  const one = await start(firstUse, { identity } as never);
  const theirs = ephemeralIdentity({ clock });
  const other = await start('open', { identity: theirs } as never);
  await one.node.trust(other.node.id);
  await settle();
  expect(peersOf(one.node)).toEqual([other.node.id]);
  const { id } = other.node;
  one.told();
  await one.node.revoke(id);
  await settle(0);
  expect(one.told()).toEqual(['closed denied ERR_NOT_ALLOWED']);
  expect(trustedOf(one.node)).toEqual([]);
  const stopped = Promise.all([one.node.stop(), other.node.stop()]);
  await settle();
  await stopped;
  const again = await start(firstUse, { identity } as never);
  const renamed = await start('open', { identity: theirs, name: 'somebody else' } as never);
  expect(renamed.node.id).toBe(id);
  await settle(120_000);
  expect([peersOf(again.node), pendingOf(again.node)]).toEqual([[], []]);
  await expect(settled(renamed.node.connect(network.addressOf(again.node)), settle)).resolves.toBe('ERR_NOT_ALLOWED');
  expect(Object.keys(again.node.stats().refused)).toEqual(['ERR_NOT_ALLOWED']);
  await again.node.trust(id);
  await settle();
  expect(peersOf(again.node)).toEqual([id]);
});

async function settled(call: Promise<unknown>, settle: () => Promise<unknown>): Promise<unknown> {
  const outcome = call.then(
    () => 'done',
    ({ code }) => code,
  );
  await settle();
  return outcome;
}

it('trust is kept over restarts, and flags a trusted name with another key', async () => {
  const { clock, start, settle } = setUpNodes();
  const identity = ephemeralIdentity({ clock });
  const one = await start(firstUse, { identity } as never);
  const other = await start('open', { name: 'Kitchen' });
  await settle();
  await one.node.trust(other.node.id);
  await settle();
  expect(trustedOf(one.node)).toMatchObject([{ name: 'Kitchen' }]);
  const stopped = one.node.stop();
  await settle();
  await stopped;
  expect(trustedOf(one.node)).toEqual([]);
  const again = await start(firstUse, { identity } as never);
  const imposter = await start('open', { name: ' kitchen' });
  await settle();
  expect(peersOf(again.node)).toEqual([other.node.id]);
  expect(pendingOf(again.node)).toMatchObject([{ id: imposter.node.id, sameNameAs: other.node.id }]);
  await again.node.trust(other.node.id, { name: 'Hall' });
  expect(pendingOf(again.node)).toMatchObject([{ id: imposter.node.id, sameNameAs: null }]);
});

it('a peer that asks all the time is one entry, told once; and waits no more when it has stopped', async () => {
  const { start, settle, network } = setUpNodes();
  const one = await start(firstUse, { discovery: false });
  const asking = await start('open', { discovery: false });
  const seen: number[] = [];
  one.node.pending$.subscribe(({ size }) => seen.push(size));
  const target = network.addressOf(one.node);
  const calls: Promise<unknown>[] = [];
  for (let at = 0; at < 100; at += 1) {
    calls.push(asking.node.connect({ address: target.address, port: target.port }).catch(({ code }) => code));
    await settle(1);
  }
  await settle(20_000);
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['ERR_NOT_TRUSTED']));
  expect(seen).toEqual([0, 1]);
  await settle(700_000);
  expect(seen).toEqual([0, 1, 0]);
});

it('says of calls that cannot work why', async () => {
  const { start } = setUpNodes();
  const one = await start(firstUse);
  const open = await start('open');
  const unknown = `${'a'.repeat(51)}q`;
  await expect(open.node.trust(unknown)).rejects.toMatchObject({ code: 'ERR_OPTION', message: /first-use/ });
  await expect(one.node.trust('x')).rejects.toMatchObject({ code: 'ERR_OPTION' });
  await expect(one.node.trust(one.node.id)).rejects.toMatchObject({ code: 'ERR_OPTION' });
  await expect(one.node.trust(unknown, { name: 'x'.repeat(64) })).rejects.toMatchObject({ code: 'ERR_OPTION' });
  await one.node.stop();
  await expect(one.node.revoke(unknown)).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
});

it('whoever is about to connect when trust is asked for does not become a peer', async () => {
  for (const state of ['connecting', 'connected'] as const) {
    const { start, settle, network } = setUpNodes();
    const one = await start('open', { discovery: false });
    const other = await start('open', { discovery: false });
    const subscription = one.node.connections$.subscribe((change) => {
      if (change.state !== state) return;
      subscription.unsubscribe();
      one.node.setAccess(firstUse);
    });
    other.node.connect(network.addressOf(one.node)).catch(() => undefined);
    await settle();
    expect([state, peersOf(one.node), trustedOf(one.node)]).toEqual([state, [], []]);
  }
});
