import { describe, it } from 'vitest';
import { createMemoryTransportNetwork } from '../../../src/adapters/transport/memory.ts';
import { systemClock } from '../../../src/environment.ts';
import { transportCompliance } from '../../../src/testing/compliance/transport.ts';

describe.each([
  { delayMs: 0, jitterMs: 0 },
  { delayMs: 1, jitterMs: 5 },
])('in-memory transport, %o', (path) => {
  it.each(transportCompliance)('$name', ({ run }) =>
    run(() => {
      const network = createMemoryTransportNetwork({ clock: systemClock, random: Math.random, ...path });
      return { offerer: network.transport('a'), answerer: network.transport('b'), remoteAddress: '127.0.0.1' };
    }),
  );
});
