import { expect, test } from 'vitest';
import { findPeer } from '../../../../src/cli/node/find-peer.ts';
import { fits } from '../../../../src/cli/node/match.ts';
import { type LanpeerNode, makeNetworkKey } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';
import { whenTestEnds } from '../../../support/hooks.ts';

const nodes = new Set<LanpeerNode>();
let clock = createVirtualClock();

whenTestEnds(async () => {
  const stopped = Promise.all([...nodes].map((node) => node.stop()));
  await clock.advanceAsync(2_000);
  await stopped;
  nodes.clear();
});

type Outcome = { readonly name: string } | { readonly code: string; readonly message: string };

/** A network with the named nodes, and one that looks for peers. */
function startNetwork() {
  clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const networkKey = makeNetworkKey();
  const start = async (name: string, options = {}): Promise<LanpeerNode> => {
    const node = network.createNode({ name, access: { networkKey }, autoConnect: false, ...options });
    nodes.add(node);
    await node.start();
    return node;
  };
  const find = async (
    target: { readonly prefix: string } | { readonly address: string; readonly port: number },
    { waitMs = 10_000, signal = new AbortController().signal } = {},
  ): Promise<{ readonly found: Promise<Outcome>; readonly node: LanpeerNode }> => {
    const node = await start('seeker', { autoConnect: (device: LanpeerNode) => fits(target, device) });
    const found: Promise<Outcome> = findPeer(node, { target, waitMs, clock, signal });
    found.catch(() => undefined);
    return { found, node };
  };
  return { network, start, find, networkKey };
}

/** Until there is a peer. When that is depends on which of the two has the lower id: the other one waits before it dials. */
async function untilPeer(node: LanpeerNode): Promise<void> {
  for (let ms = 0; node.peers.size === 0 && ms < 5_000; ms += 10) await clock.advanceAsync(10);
}

test('finds the peer whose name begins like that, and waits for others that may be meant', async () => {
  const { start, find } = startNetwork();
  await start('desk');
  await start('phone');
  const { found, node } = await find({ prefix: 'de' });
  let isFound = false;
  void found.then(() => {
    isFound = true;
  });
  await untilPeer(node);
  await clock.advanceAsync(limits.cli.othersMs / 2);
  expect([...node.peers.values()].map(({ name }) => name)).toEqual(['desk']);
  expect(isFound).toBe(false);
  await clock.advanceAsync(limits.cli.othersMs / 2);
  expect(await found).toMatchObject({ name: 'desk' });
});

test('a whole id needs no time for others', async () => {
  const { start, find } = startNetwork();
  const { id } = await start('desk');
  const { found, node } = await find({ prefix: id });
  await untilPeer(node);
  expect(await found).toMatchObject({ name: 'desk', id });
});

test('where several may be meant, lists them', async () => {
  const { start, find } = startNetwork();
  const desks = await Promise.all(['desk 1', 'desk 2'].map((name) => start(name)));
  const { found } = await find({ prefix: 'desk' });
  await clock.advanceAsync(5_000);
  await expect(found).rejects.toMatchObject({ code: 'ERR_AMBIGUOUS' });
  for (const { id, name } of desks) await expect(found).rejects.toThrow(`${name} (${id.slice(0, 8)})`);
});

test('lists no more devices than a person can read', async () => {
  const { start, find } = startNetwork();
  for (let at = 0; at < limits.cli.listedDevices + 2; at += 1) await start(`desk ${at}`);
  const { found } = await find({ prefix: 'desk' });
  await clock.advanceAsync(5_000);
  await expect(found).rejects.toThrow(/desk.* and 2 more\./);
});

test('where nobody fits, says who was heard', async () => {
  const { start, find } = startNetwork();
  await start('phone');
  const { found } = await find({ prefix: 'desk' }, { waitMs: 3_000 });
  await clock.advanceAsync(4_000);
  await expect(found).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
  await expect(found).rejects.toThrow(/in 3 s .* begins with desk\. Heard were phone \(.*lanpeer doctor desk/);
});

test('where nobody at all was heard, says so', async () => {
  const { find } = startNetwork();
  const { found } = await find({ prefix: 'desk' });
  await clock.advanceAsync(11_000);
  await expect(found).rejects.toThrow(/Nobody else was heard either/);
});

test('a device with another key is refused, and soon', async () => {
  const { start, find } = startNetwork();
  await start('desk', { access: { networkKey: makeNetworkKey() } });
  const { found } = await find({ prefix: 'desk' }, { waitMs: 60_000 });
  await clock.advanceAsync(5_000);
  await expect(found).rejects.toMatchObject({ code: 'ERR_NETWORK_KEY' });
});

test('a device that does not allow this one is refused', async () => {
  const { start, find, networkKey } = startNetwork();
  const other = await start('other');
  await start('desk', { access: { networkKey, allow: [other.id] } });
  const { found } = await find({ prefix: 'desk' }, { waitMs: 60_000 });
  await clock.advanceAsync(10_000);
  await expect(found).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED', message: expect.stringMatching(/^desk \(/) });
});

test('a device that is heard and cannot be reached is not found', async () => {
  const { network, start, find } = startNetwork();
  const desk = await start('desk');
  const { found, node } = await find({ prefix: 'desk' });
  network.cut(node, desk);
  await clock.advanceAsync(15_000);
  await expect(found).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
});

test('finds what answers at an address, and says what does not', async () => {
  const { network, start, find } = startNetwork();
  const { address, port } = network.addressOf(await start('desk'));
  const there = await find({ address, port });
  await clock.advanceAsync(1_000);
  expect(await there.found).toMatchObject({ name: 'desk' });
  const nowhere = await find({ address, port: port + 1 });
  await clock.advanceAsync(20_000);
  await expect(nowhere.found).rejects.toMatchObject({ code: 'ERR_NOT_FOUND', cause: { code: 'ERR_REFUSED' } });
});

test('an abort ends it, and so does one that came before', async () => {
  const { find } = startNetwork();
  const abort = new AbortController();
  const { found } = await find({ prefix: 'desk' }, { signal: abort.signal });
  abort.abort();
  await expect(found).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  const late = await find({ prefix: 'desk' }, { signal: abort.signal });
  await expect(late.found).rejects.toMatchObject({ code: 'ERR_ABORTED' });
});
