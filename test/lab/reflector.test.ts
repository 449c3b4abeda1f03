import { describe, expect, test } from 'vitest';
import { missingAvahi, startAvahi } from './support/avahi.ts';
import { type Lab, seen, withLab } from './support/lab.ts';
import { meshed } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';
import { faultsOf } from './support/stream.ts';
import { startTraffic } from './support/traffic.ts';

/** The first host is on one network, the second on the other, and the third is the router between them. */
function separate({ hosts: [first, second, router] }: Lab): NonNullable<typeof router> {
  if (!router) throw new Error('three hosts were asked for');
  first.run('ip', 'link', 'del', 'lan1');
  second.run('ip', 'link', 'del', 'lan0');
  first.run('ip', 'route', 'replace', 'default', 'via', '10.77.0.3');
  second.run('ip', 'route', 'replace', 'default', 'via', '10.78.0.3');
  router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
  return router;
}

describe.skipIf(skipped(missingAvahi))('a router that passes mDNS on between two networks', () => {
  test('devices behind it are reached at the addresses that they announce', () =>
    withLab({ hosts: 3, networks: 2 }, async (lab) => {
      const avahi = await startAvahi(separate(lab), { reflects: true });
      try {
        const [first, second] = lab.hosts;
        const began = Date.now();
        const nodes = await Promise.all([lab.start(first), lab.start(second)]);
        seen(`reflector: connected ${await meshed(nodes, began)} ms after the start`);
        const traffic = startTraffic(nodes);
        await traffic.reached(5);
        expect(faultsOf(await traffic.settle())).toEqual([]);
      } finally {
        await avahi.stop();
      }
    }));
});
