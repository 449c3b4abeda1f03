import { describe, expect, test } from 'vitest';
import { seen, startAll, withLab } from './support/lab.ts';
import { type LabNode, toldOf } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';
import { faultsOf } from './support/stream.ts';
import { startTraffic } from './support/traffic.ts';

describe.skipIf(skipped())('two hosts on two networks', () => {
  test('whichever network dies, messages go on over the other one', () =>
    withLab({ hosts: 2, networks: 2 }, async (lab) => {
      const [a, b] = await startAll(lab);
      const traffic = startTraffic([a, b]);
      await traffic.reached(20);
      const began = Date.now();
      const over = async (what: string, fault: () => void): Promise<void> => {
        const died = Date.now();
        fault();
        await traffic.progress();
        const silence = Date.now() - died;
        seen(`two networks, ${what}: messages got through again after ${silence} ms`);
        expect(silence).toBeLessThan(12_000);
      };
      // The link uses one of the two; when both die in turn, it has had to change.
      await over('the first one died', () => lab.power(0, false));
      lab.power(0, true);
      await over('an interface to the second one went down', () => {
        lab.hosts[1].run('ip', 'link', 'set', 'lan1', 'down');
      });
      // It changed networks indeed: another link took over, or the connection failed and came back.
      const another = (node: LabNode, peer: LabNode): Promise<number> =>
        toldOf(node, peer, 'connected by another link', ({ state }) => state === 'connected', began);
      await Promise.all([another(a, b), another(b, a)]);
      expect(faultsOf(await traffic.settle())).toEqual([]);
    }));
});
