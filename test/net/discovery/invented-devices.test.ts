import { filter, firstValueFrom, take, timeout, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { type LanpeerNode, limits } from '../../../src/index.ts';
import { announcementOf, type Forger } from '../../support/forged-mdns.ts';
import { forge, inventedId, makeNetwork, pause, startTalkers, sum } from '../../support/forged-network.ts';
import { heapBytes } from '../../support/heap.ts';
import { hasPeer } from '../../support/nodes.ts';
import { openBlackHole } from '../../support/unresponsive-servers.ts';

test.each(['lowest', 'highest'])(
  '10,000 invented devices: links, caps, memory, and a newcomer with the %s id is let in',
  { timeout: 60_000 },
  async (rank) => {
    // With two dials each they leave room for others, as three machines of a network would.
    const sources = ['127.0.0.21', '127.0.0.22', '127.0.0.23'];
    const hole = await openBlackHole(sources);
    try {
      const { one, other, third, tag, expectUntouched } = await startTalkers({ rank });
      await third.stop();
      const before = heapBytes();
      let mostDevices = 0;
      let mostConnections = 0;
      function watch(node: LanpeerNode): void {
        node.devices$.subscribe(({ size }) => {
          mostDevices = Math.max(mostDevices, size);
        });
        node.connections$.subscribe(() => {
          mostConnections = Math.max(mostConnections, sum(node.stats().connections));
        });
      }
      watch(one);
      watch(other);
      let sent = 0;
      async function flood(sender: Forger): Promise<void> {
        for (let turn = 0; turn < 334 && sent < 10_000; turn += 1) {
          const devices = Array.from({ length: 10 }, () => ({ id: inventedId(), port: hole.port, networkTag: tag }));
          // One to a packet as those of real devices come, and as many as fit.
          const packets =
            turn % 2 === 0 ? devices.map((device) => announcementOf(device)) : [announcementOf(...devices)];
          for (const packet of packets) await sender.send(packet);
          sent += devices.length;
          // Under the rate that all are allowed, so that the table has to bear it and not the bucket.
          await pause(10);
        }
      }
      // Hearsay has half of the places.
      const full = firstValueFrom(
        one.connections$.pipe(filter(() => sum(one.stats().connections) > limits.peers.default / 2)),
      );
      async function newcome(): Promise<{ readonly tookMs: number; readonly during: boolean }> {
        await full;
        const begun = performance.now();
        await third.start();
        watch(third);
        await Promise.all([one, other].flatMap((node) => [hasPeer(node, third.id), hasPeer(third, node.id)]));
        return { tookMs: performance.now() - begun, during: sent < 10_000 };
      }
      const senders = await Promise.all(sources.map(forge));
      const [newcomer] = await Promise.all([newcome(), ...senders.map(flood)]);
      expect(sent).toBeGreaterThanOrEqual(10_000);
      expect(newcomer.during).toBe(true);
      expect(newcomer.tookMs).toBeLessThan(5_000);
      await expectUntouched();
      expect(one.stats().discovery.packets).toBeGreaterThan(5_000);
      expect(mostDevices).toBe(limits.discovery.devices);
      expect(mostConnections).toBeGreaterThan(limits.peers.default / 2);
      expect(mostConnections).toBeLessThanOrEqual(limits.peers.default / 2 + 2);
      expect(hole.mostOpen).toBeGreaterThanOrEqual(sources.length * limits.dial.perSource);
      expect(hole.mostOpen).toBeLessThanOrEqual(3 * sources.length * limits.dial.perSource);
      expect(heapBytes() - before).toBeLessThan(32 * 1_048_576);
    } finally {
      await hole.close();
    }
  },
);

test('when any devices are announced, keeps the limit of dials at once', async () => {
  const { atOnce, idleTimes, perSource } = limits.dial;
  // More than enough to fill the places for dials, those beside silent ones as well.
  const sources = Array.from({ length: (2 * atOnce * idleTimes) / perSource }, (_, at) => `127.0.0.${21 + at}`);
  const hole = await openBlackHole(sources);
  try {
    const { make, tag } = makeNetwork();
    const node = make('alone');
    await node.start();
    const senders = await Promise.all(sources.map(forge));
    // More than one round of dials: those that follow must not come on top.
    const rounds = firstValueFrom(
      node.connections$.pipe(
        filter(({ state, code }) => state === 'failed' && code !== null),
        take(2 * atOnce * idleTimes),
        toArray(),
        timeout(25_000),
      ),
    );
    for (let no = 0; no < 10; no += 1)
      for (const sender of senders)
        await sender.send(announcementOf({ id: inventedId(), port: hole.port, networkTag: tag }));
    await rounds;
    expect(hole.taken).toBeGreaterThanOrEqual(2 * atOnce);
    expect(hole.mostOpen).toBeGreaterThan(atOnce);
    expect(hole.mostOpen).toBeLessThanOrEqual(atOnce * idleTimes);
    expect(sum(node.stats().connections)).toBe(limits.peers.default / 2);
  } finally {
    await hole.close();
  }
});
