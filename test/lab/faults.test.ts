import { describe, expect, test } from 'vitest';
import { lasting, long, seen, startAll, withLab } from './support/lab.ts';
import { type LabNode, meshed, told } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';
import { faultsOf, faultsOverRestarts } from './support/stream.ts';
import { startTraffic } from './support/traffic.ts';

const down = ['failed', 'closed'];

/** Freezes it for that long; returns when that began and when it ended. */
async function freeze(node: LabNode, ms: number): Promise<{ readonly stopped: number; readonly went: number }> {
  const stopped = Date.now();
  node.cli.kill('SIGSTOP');
  await lasting(ms);
  const went = Date.now();
  node.cli.kill('SIGCONT');
  return { stopped, went };
}

describe.skipIf(skipped())('processes on two hosts, while messages go both ways', () => {
  test('one that is killed is noticed at once, and connected again when it is started again', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [a, b] = await startAll(lab);
      const traffic = startTraffic([a, b]);
      await traffic.reached(20);
      const killed = Date.now();
      b.cli.kill('SIGKILL');
      const noticed = await told(a, b, down, killed);
      await b.cli.exited;
      const began = Date.now();
      const again = await lab.start(lab.hosts[1]);
      const started = Date.now() - began;
      traffic.join(again);
      const back = await meshed([a, again], began);
      seen(`killed: noticed after ${noticed} ms, connected ${back} ms after the new start`);
      expect(noticed).toBeLessThan(1_000);
      expect(back - started).toBeLessThan(3_000);
      expect(faultsOverRestarts(await traffic.settle())).toEqual([]);
      // What is accepted from now on is under the full promise again.
      const anew = startTraffic([a, again]);
      await anew.reached(20);
      expect(faultsOf(await anew.settle())).toEqual([]);
    }));

  test('both killed at once and started again are connected at once', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [a, b] = await startAll(lab);
      for (const node of [a, b]) node.cli.kill('SIGKILL');
      await Promise.all([a.cli.exited, b.cli.exited]);
      const began = Date.now();
      const nodes = await Promise.all(lab.hosts.map((host) => lab.start(host)));
      const started = Date.now() - began;
      const back = await meshed(nodes, began);
      seen(`both killed: connected ${back} ms after the new start`);
      expect(back - started).toBeLessThan(3_000);
      const traffic = startTraffic(nodes);
      await traffic.reached(50);
      expect(faultsOf(await traffic.settle())).toEqual([]);
    }));

  test('when a process is frozen for 3 seconds, keeps the link', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [a, b] = await startAll(lab);
      const traffic = startTraffic([a, b]);
      await traffic.reached(20);
      const { stopped } = await freeze(b, 3_000);
      await lasting(1_000);
      expect(faultsOf(await traffic.settle())).toEqual([]);
      expect([...a.connections, ...b.connections].filter(({ at }) => Number(at) >= stopped)).toEqual([]);
    }));

  test.each(long ? [20, 120] : [20])(
    'one that is frozen for %i seconds is noticed and comes back',
    (seconds) =>
      withLab({ hosts: 2 }, async (lab) => {
        const [a, b] = await startAll(lab);
        const traffic = startTraffic([a, b]);
        await traffic.reached(20);
        const { stopped, went } = await freeze(b, seconds * 1_000);
        const noticed = await told(a, b, down, stopped);
        const back = await meshed([a, b], went);
        seen(`frozen for ${seconds} s: noticed after ${noticed} ms, connected ${back} ms after it went on`);
        expect(noticed).toBeLessThan(8_500 + 250);
        expect(back).toBeLessThan(3_000);
        expect(faultsOf(await traffic.settle())).toEqual([]);
      }),
    200_000,
  );
});
