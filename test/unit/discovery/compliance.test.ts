import { test } from 'vitest';
import { createMemoryDiscoveryNetwork } from '../../../src/adapters/discovery/memory.ts';
import { systemClock } from '../../../src/environment.ts';
import { discoveryCompliance } from '../../../src/testing/compliance/discovery.ts';

const [late, prompt] = ['192.0.2.1', '192.0.2.2'];

for (const { name, run } of discoveryCompliance) {
  test.concurrent(`in memory: ${name}`, { timeout: 20_000 }, async () => {
    const network = createMemoryDiscoveryNetwork({ clock: systemClock });
    await run(() => network.discovery(prompt));
  });

  // One packet reaches each socket at a time of its own.
  test.concurrent(`in memory, where the first node hears last: ${name}`, { timeout: 20_000 }, async () => {
    const copies = (_: string, to: string): number[] => [to === late ? 80 : 0];
    const network = createMemoryDiscoveryNetwork({ clock: systemClock, copies });
    let made = 0;
    await run(() => {
      made += 1;
      return network.discovery(made === 1 ? late : prompt);
    });
  });
}
