import { describe, expect, test } from 'vitest';
import { lasting, seen, withLab } from './support/lab.ts';
import { meshed } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';
import { faultsOf } from './support/stream.ts';
import { startTraffic } from './support/traffic.ts';

const hosts = 6;

describe.skipIf(skipped())('six hosts, while messages go from each to each', () => {
  test('all meet, lose each other when the switch fails, and meet again', () =>
    withLab({ hosts }, async (lab) => {
      const began = Date.now();
      const nodes = await Promise.all(lab.hosts.map((host) => lab.start(host)));
      const started = Date.now() - began;
      const met = await meshed(nodes, began);
      const traffic = startTraffic(nodes, 100);
      await traffic.reached(20);
      lab.power(0, false);
      await lasting(12_000);
      const healed = Date.now();
      lab.power(0, true);
      const back = await meshed(nodes, healed);
      seen(`six hosts: all connected ${met} ms after the start, again ${back} ms after the switch was back`);
      // Six processes start on what may be two cores: from the last of them on.
      expect(met - started).toBeLessThan(4_000);
      expect(back).toBeLessThan(5_000);
      await traffic.progress();
      const streams = await traffic.settle();
      expect(streams.length).toBe(hosts * (hosts - 1));
      expect(faultsOf(streams)).toEqual([]);
    }));
});
