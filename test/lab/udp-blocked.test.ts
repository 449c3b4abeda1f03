import { describe, expect, test } from 'vitest';
import { seen, withLab } from './support/lab.ts';
import { meshed } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';
import { faultsOf } from './support/stream.ts';
import { startTraffic } from './support/traffic.ts';
import { onlyTcp } from './support/wall.ts';

describe.skipIf(skipped())('two hosts between which no UDP passes but mDNS', () => {
  test('they talk over the TLS session', () =>
    withLab({ hosts: 2 }, async (lab) => {
      for (const host of lab.hosts) onlyTcp(host);
      const began = Date.now();
      const nodes = await Promise.all(lab.hosts.map((host) => lab.start(host)));
      const connected = await meshed(nodes, began);
      const via = nodes.map(({ connections }) => connections.findLast(({ state }) => state === 'connected')?.['via']);
      seen(`no UDP: connected via ${via.join(' and ')} ${connected} ms after the start`);
      expect(via).toEqual(['tls', 'tls']);
      expect(connected).toBeLessThan(5_000);
      const traffic = startTraffic(nodes);
      await traffic.reached(200);
      expect(faultsOf(await traffic.settle())).toEqual([]);
    }));
});
