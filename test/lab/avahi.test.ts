import { describe, expect, test } from 'vitest';
import { serviceType } from '../../src/adapters/discovery/advertisements.ts';
import { type Avahi, missingAvahi, startAvahi } from './support/avahi.ts';
import { seen, withLab } from './support/lab.ts';
import { meshed } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';
import { faultsOf } from './support/stream.ts';
import { startTraffic } from './support/traffic.ts';

const type = serviceType.replace('.local', '');

describe.skipIf(skipped(missingAvahi))('two hosts with Avahi on the same port', () => {
  test('both find each other, and Avahi finds both, whichever was there first', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const daemons: Avahi[] = [];
      try {
        daemons.push(await startAvahi(lab.hosts[0]));
        const began = Date.now();
        const nodes = await Promise.all(lab.hosts.map((host) => lab.start(host)));
        seen(`beside Avahi: connected ${await meshed(nodes, began)} ms after the start`);
        const traffic = startTraffic(nodes);
        daemons.push(await startAvahi(lab.hosts[1]));
        for (const daemon of daemons) {
          const addresses = () => [...daemon.browse(type).values()].sort();
          await expect.poll(addresses, { timeout: 20_000 }).toEqual(['10.77.0.1', '10.77.0.2']);
        }
        expect(faultsOf(await traffic.settle())).toEqual([]);
      } finally {
        await Promise.all(daemons.map((daemon) => daemon.stop()));
      }
    }));
});
