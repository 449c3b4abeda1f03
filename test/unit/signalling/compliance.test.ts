import { randomBytes } from 'node:crypto';
import { test } from 'vitest';
import { createMemorySignallingNetwork } from '../../../src/adapters/signalling/memory/memory-signalling.ts';
import { systemClock } from '../../../src/environment.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import { signallingCompliance } from '../../../src/testing/compliance/signalling.ts';

for (const { name, run } of signallingCompliance) {
  test.concurrent(`in memory: ${name}`, { timeout: 20_000 }, async () => {
    const network = createMemorySignallingNetwork({ clock: systemClock });
    let count = 0;
    await run(async () => {
      count += 1;
      const id = deviceIdOf(randomBytes(32));
      const address = `192.0.2.${count}`;
      return { id, address, signalling: (options) => network.signalling({ id, address, ...options }) };
    });
  });
}
