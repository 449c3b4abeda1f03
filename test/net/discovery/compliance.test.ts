import { test } from 'vitest';
import { bonjourDiscovery } from '../../../src/adapters/discovery/bonjour-discovery.ts';
import { systemClock } from '../../../src/environment.ts';
import { discoveryCompliance } from '../../../src/testing/compliance/discovery.ts';

for (const { name, run } of discoveryCompliance) {
  test.concurrent(`mDNS on loopback: ${name}`, { timeout: 30_000 }, async () => {
    await run(() => bonjourDiscovery({ addresses: () => ['127.0.0.1'], clock: systemClock, random: Math.random }));
  });
}
