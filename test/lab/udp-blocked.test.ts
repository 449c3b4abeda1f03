import { describe, expect, test } from 'vitest';
import type { CliEvent } from '../../src/testing/cli-process.ts';
import { onlyTcp } from './support/firewall.ts';
import { seen, startAll, withLab } from './support/lab.ts';
import { meshed, toldOf, upgraded } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';
import { faultsOf } from './support/stream.ts';
import { startTraffic } from './support/traffic.ts';

describe.skipIf(skipped())('two hosts between which no UDP passes but mDNS', () => {
  test('they talk over the TLS session', () =>
    withLab({ hosts: 2 }, async (lab) => {
      for (const host of lab.hosts) onlyTcp(host);
      const began = Date.now();
      const nodes = await Promise.all(lab.hosts.map((host) => lab.start(host)));
      const started = Date.now() - began;
      const connected = await meshed(nodes, began);
      const via = nodes.map(({ connections }) => connections.findLast(({ state }) => state === 'connected')?.['via']);
      seen(`no UDP: connected via ${via.join(' and ')} ${connected} ms after the start`);
      expect(via).toEqual(['tls', 'tls']);
      expect(connected - started).toBeLessThan(2_000);
      const traffic = startTraffic(nodes);
      await traffic.reached(200);
      expect(faultsOf(await traffic.settle())).toEqual([]);
    }));

  test('they stay connected when it begins, and go over to WebRTC again when it ends', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [a, b] = await startAll(lab);
      const traffic = startTraffic([a, b]);
      await traffic.reached(20);
      const began = Date.now();
      const open = lab.hosts.map((host) => onlyTcp(host));
      const overTls = ({ state, via }: CliEvent): boolean => state === 'connected' && via === 'tls';
      const after = await Promise.all([
        toldOf(a, b, 'over tls', overTls, began),
        toldOf(b, a, 'over tls', overTls, began),
      ]);
      await traffic.progress();
      const ended = Date.now();
      for (const lift of open) lift();
      const back = await upgraded([a, b], ended);
      seen(`UDP blocked and open again: over TLS after ${after.join(' and ')} ms, over WebRTC again after ${back} ms`);
      expect(Math.max(...after)).toBeLessThan(8_500);
      expect(faultsOf(await traffic.settle())).toEqual([]);
      const since = [...a.connections, ...b.connections].filter(({ at }) => Number(at) >= began);
      expect(since.map(({ state, reason }) => `${state} ${reason}`).sort()).toEqual([
        'connected fallback',
        'connected fallback',
        'connected upgraded',
        'connected upgraded',
      ]);
    }));
});
