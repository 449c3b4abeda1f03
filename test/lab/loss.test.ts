import { describe, expect, test } from 'vitest';
import { lossy } from './support/firewall.ts';
import { seen, withLab } from './support/lab.ts';
import { meshed } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';
import { faultsOf } from './support/stream.ts';
import { startTraffic } from './support/traffic.ts';

const messages = 200;

describe.skipIf(skipped())('two hosts on a network that loses packets', () => {
  test.each([1, 5, 10, 20])('%i percent each way', (percent) =>
    withLab({ hosts: 2 }, async (lab) => {
      const dropped = lossy(lab.hosts[1], percent);
      const began = Date.now();
      const nodes = await Promise.all(lab.hosts.map((host) => lab.start(host)));
      const connected = await meshed(nodes, began);
      const sent = Date.now();
      const traffic = startTraffic(nodes, 10);
      await traffic.reached(messages);
      const took = Date.now() - sent;
      const streams = await traffic.settle();
      const links = nodes.flatMap(({ connections }) => connections).filter(({ state }) => state === 'connected').length;
      const times = `connected ${connected} ms after the start, ${messages} messages each way in ${took} ms`;
      seen(`${percent} % loss: ${times}, ${links / 2} links, ${dropped()} packets lost`);
      expect(dropped()).toBeGreaterThan(0);
      expect(connected).toBeLessThan(15_000);
      expect(took).toBeLessThan(60_000);
      expect(faultsOf(streams)).toEqual([]);
    }),
  );
});
