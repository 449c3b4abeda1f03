import { afterEach, expect, test } from 'vitest';
import type { Advertisement } from '../../../../src/adapters/discovery/advertisements.ts';
import type { LanpeerNode, NodeOptions, NoticeEvent } from '../../../../src/index.ts';
import { limits, makeNetworkKey } from '../../../../src/index.ts';
import { deviceIdOf } from '../../../../src/protocol/device-id.ts';
import { protocolVersion } from '../../../../src/protocol/greeting.ts';
import { createMemoryNetwork } from '../../../../src/testing/memory-network.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const made: LanpeerNode[] = [];
const { aloneMs } = limits.notices;

function makeRig() {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  return {
    clock,
    network,
    async start(options: Partial<NodeOptions> = {}) {
      const node = network.createNode({ access: 'open', ...options });
      made.push(node);
      const told: string[] = [];
      const take = ({ change, notice: { code } }: NoticeEvent): void => void told.push(`${change} ${code}`);
      node.noticeEvents$.subscribe(take);
      const errors: string[] = [];
      node.errors$.subscribe(({ code }) => errors.push(code));
      const starting = node.start();
      await clock.advanceAsync(10);
      await starting;
      return { node, told, errors };
    },
  };
}

afterEach(async () => {
  for (const node of made.splice(0)) void node.stop();
});

test('when a node hears only itself for a minute, says so, never as an error, until it hears a device', async () => {
  const { clock, start } = makeRig();
  const { node, told, errors } = await start();
  await clock.advanceAsync(aloneMs - 5_000);
  expect(told).toEqual([]);
  await clock.advanceAsync(10_000);
  expect(told).toEqual(['begun ERR_ALONE']);
  let standing: readonly string[] = [];
  node.notices$.subscribe((notices) => {
    standing = [...notices.keys()];
  });
  expect(standing).toEqual(['ERR_ALONE']);
  expect(node.stats().notices).toEqual({ ERR_ALONE: 1 });
  await clock.advanceAsync(600_000);
  expect(told).toEqual(['begun ERR_ALONE']);
  await start();
  await clock.advanceAsync(5_000);
  expect(told).toEqual(['begun ERR_ALONE', 'ended ERR_ALONE']);
  expect([standing, errors]).toEqual([[], []]);
});

test('without discovery, misses no device', async () => {
  const { clock, start } = makeRig();
  const { told } = await start({ discovery: false });
  await clock.advanceAsync(10 * aloneMs);
  expect(told).toEqual([]);
});

test.each<readonly [string, Partial<NodeOptions>, Partial<NodeOptions>, readonly string[], readonly string[]]>([
  [
    'another key',
    { access: { networkKey: makeNetworkKey() } },
    { access: { networkKey: makeNetworkKey() } },
    ['begun ERR_NETWORK_KEY'],
    ['begun ERR_NETWORK_KEY'],
  ],
  [
    'a key and none',
    { access: { networkKey: makeNetworkKey() } },
    { access: 'open' },
    ['begun ERR_NETWORK_KEY'],
    ['begun ERR_NETWORK_KEY'],
  ],
  [
    'an allow-list of others',
    { access: { allow: [] } },
    { access: { allow: [] } },
    ['begun ERR_NOT_ALLOWED'],
    ['begun ERR_NOT_ALLOWED'],
  ],
])('a node that hears devices that do not fit says so: %s', async (_, one, other, expected, expectedOther) => {
  const { clock, start } = makeRig();
  const a = await start(one);
  const b = await start(other);
  await clock.advanceAsync(2 * aloneMs);
  expect([a.told, b.told]).toEqual([expected, expectedOther]);
  await b.node.stop();
  await clock.advanceAsync(5_000);
  expect(a.told).toEqual([...expected, expected[0]?.replace('begun', 'ended')]);
});

const stranger = (name: string, version: number): Advertisement => ({
  kind: 'announced',
  txt: {
    version,
    id: deviceIdOf(Buffer.from(name)),
    incarnation: { counter: 1, random: '0011223344556677' },
    networkTag: null,
    name,
  },
  port: 41_000,
  addresses: ['198.51.100.200'],
});

test('another version of the protocol is said', async () => {
  const { clock, network, start } = makeRig();
  const { told } = await start();
  network.forge(stranger('newer', 99), '198.51.100.200');
  await clock.advanceAsync(5_000);
  expect(told).toEqual(['begun ERR_VERSION']);
});

test('a device that goes on being heard while no dial reaches it is named until it is lost', async () => {
  const { clock, network, start } = makeRig();
  const { told } = await start();
  network.forge(stranger('walled', protocolVersion), '198.51.100.200');
  await clock.advanceAsync(30_000);
  // It was heard once: it may be gone.
  expect(told).toEqual([]);
  for (let heard = 0; heard < 10; heard += 1) {
    network.forge(stranger('walled', protocolVersion), '198.51.100.200');
    await clock.advanceAsync(2_000);
  }
  expect(told).toEqual(['begun ERR_UNREACHABLE']);
  await clock.advanceAsync(limits.discovery.silentMs + 5_000);
  expect(told.slice(0, 2)).toEqual(['begun ERR_UNREACHABLE', 'ended ERR_UNREACHABLE']);
});

test('a device with which sessions open, and no link, is not one that TCP does not reach', async () => {
  const { clock, network, start } = makeRig();
  const here = await start({ transports: ['webrtc'] });
  const there = await start({ transports: ['webrtc'] });
  network.blockWebrtc(here.node, there.node);
  await clock.advanceAsync(180_000);
  expect([...here.told, ...there.told]).not.toContain('begun ERR_UNREACHABLE');
});
