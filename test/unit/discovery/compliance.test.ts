import { test } from 'vitest';
import { createMemoryDiscoveryNetwork } from '../../../src/adapters/discovery/memory.ts';
import { systemClock } from '../../../src/environment.ts';
import { discoveryCompliance } from '../../../src/testing/compliance/discovery.ts';

for (const { name, run } of discoveryCompliance) {
  test.concurrent(`in memory: ${name}`, { timeout: 20_000 }, async () => {
    const network = createMemoryDiscoveryNetwork({ clock: systemClock });
    await run(() => network.discovery('192.0.2.1'));
  });
}
