import assert from 'node:assert/strict';
import type { Discovery } from '../../adapters/discovery/port.ts';
import { protocolVersion } from '../../protocol/greeting.ts';
import type { ComplianceCase } from './case.ts';
import { withDiscoveryRig } from './discovery-rig.ts';

/** A new discovery, not started, on a network that it shares with all others that this makes. */
export type MakeDiscovery = () => Discovery;

/** What every {@link Discovery} promises, on a real clock. */
export const discoveryCompliance: readonly ComplianceCase<MakeDiscovery>[] = [
  {
    name: 'when two nodes run, reports each to the other, with all that it announces and the source address first',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const one = await node({ name: 'Büro\n\u001b[31m', networkTag: 'abcdefghijklmnopqrstuvwxyz' });
        const other = await node({ networkTag: null, port: 65_535 });
        const found = await other.next('found', one.id);
        assert.deepEqual(
          { id: found.id, incarnation: found.incarnation, name: found.name, tag: found.networkTag, port: found.port },
          {
            id: one.id,
            incarnation: one.announcement.incarnation,
            name: 'Büro\n\u001b[31m',
            tag: 'abcdefghijklmnopqrstuvwxyz',
            port: one.announcement.port,
          },
        );
        assert.equal(found.version, protocolVersion);
        assert.equal(found.addresses[0], found.source);
        assert.ok(Math.abs(found.heardAt - Date.now()) < 60_000);
        const back = await one.next('found', other.id);
        assert.deepEqual([back.networkTag, back.port], [null, 65_535]);
      }),
  },
  {
    name: 'when a node starts later, finds those that run',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const first = await node();
        const second = await node();
        await Promise.all([first.next('found', second.id), second.next('found', first.id)]);
        const third = await node();
        await Promise.all([third.next('found', first.id), third.next('found', second.id)]);
      }),
  },
  {
    name: 'when a node stops, reports it lost, with its last announcement',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const [one, other] = [await node(), await node()];
        await one.next('found', other.id);
        await other.discovery.stop();
        const lost = await one.next('lost', other.id);
        assert.deepEqual([lost.port, lost.name], [other.announcement.port, other.announcement.name]);
      }),
  },
  {
    name: 'when another run of a device starts, reports an update to others, and a copy to each of the two',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const [witness, first] = [await node(), await node()];
        await witness.next('found', first.id);
        const incarnation = { counter: first.announcement.incarnation.counter + 1, random: '00000000000000ff' };
        const second = await node({ ...first.announcement, incarnation });
        const updated = await witness.next('updated', first.id);
        assert.deepEqual(updated.incarnation, incarnation);
        await second.next('found', witness.id);
        const copy = await first.copy(incarnation.random);
        assert.deepEqual(
          [copy.incarnation, copy.port, copy.addresses[0]],
          [incarnation, second.announcement.port, copy.source],
        );
        await second.copy(first.announcement.incarnation.random);
        assert.deepEqual([first.of(first.id), second.of(first.id), witness.copies()], [[], [], []]);
      }),
  },
  {
    name: 'when one of two copies stops, finds the other again within seconds',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const [witness, first] = [await node(), await node()];
        const incarnation = { counter: first.announcement.incarnation.counter + 1, random: '00000000000000ff' };
        const second = await node({ ...first.announcement, incarnation });
        await second.copy(first.announcement.incarnation.random);
        await second.discovery.stop();
        // RFC 6762 section 10.1: others that have the record answer for it.
        const later = await node();
        // One packet reaches each of them at a time of its own, and what the other copy announced may still be under way.
        const { random } = first.announcement.incarnation;
        const heard = await Promise.all([later.latest(first.id, random), witness.latest(first.id, random)]);
        assert.deepEqual(
          heard.map((device) => device.incarnation),
          [first.announcement.incarnation, first.announcement.incarnation],
        );
      }),
  },
  {
    name: 'when a node changes its announcement, reports it as updated and not as lost',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const [one, other] = [await node(), await node({ networkTag: 'a'.repeat(26) })];
        const found = await one.next('found', other.id);
        other.discovery.announce({ ...other.announcement, networkTag: 'b'.repeat(26) });
        const updated = await one.next('updated', other.id);
        assert.deepEqual([found.networkTag, updated.networkTag], ['a'.repeat(26), 'b'.repeat(26)]);
        assert.deepEqual([updated.incarnation, updated.port], [found.incarnation, found.port]);
        assert.deepEqual(
          one.of(other.id).filter(({ change }) => change === 'lost'),
          [],
        );
      }),
  },
  {
    name: 'while a node runs, reports it refreshed',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const [one, other] = [await node(), await node()];
        const found = await one.next('found', other.id);
        const refreshed = await one.next('refreshed', other.id);
        assert.ok(refreshed.heardAt >= found.heardAt);
        assert.ok(one.discovery.stats().packets > 0);
      }),
  },
  {
    name: 'never reports its own announcement',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const [one, other] = [await node(), await node()];
        await Promise.all([one.next('refreshed', other.id), other.next('refreshed', one.id)]);
        assert.deepEqual([one.of(one.id), other.of(other.id), one.copies(), other.copies()], [[], [], [], []]);
      }),
  },
  {
    name: 'when a listener throws, calls it again',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const thrower = await node({}, true);
        const first = await node();
        await thrower.next('found', first.id);
        const second = await node();
        await thrower.next('found', second.id);
      }),
  },
  {
    name: 'after a stop, and a second one, reports nothing any more',
    run: (make) =>
      withDiscoveryRig(make, async ({ node }) => {
        const [one, other] = [await node(), await node()];
        await Promise.all([one.next('found', other.id), other.next('found', one.id)]);
        const stopping = one.discovery.stop();
        const before = one.all().length;
        await Promise.all([stopping, one.discovery.stop()]);
        await one.discovery.stop();
        one.discovery.query();
        const later = await node();
        await later.next('found', other.id);
        await other.next('found', later.id);
        assert.equal(one.all().length, before);
        assert.deepEqual(later.of(one.id), []);
      }),
  },
  {
    name: 'when it was never started, stops as well',
    run: async (make) => {
      const discovery = make();
      discovery.query();
      await discovery.stop();
      assert.deepEqual(discovery.stats(), { packets: 0, dropped: 0, malformed: 0, refused: 0, interfaces: {} });
    },
  },
];
