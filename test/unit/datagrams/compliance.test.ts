import { describe, expect, it } from 'vitest';
import { createMemoryDatagramNetwork } from '../../../src/adapters/datagrams/memory.ts';
import { datagramCompliance } from '../../../src/testing/compliance/datagrams.ts';

describe('datagrams in memory', () => {
  it.each(datagramCompliance)('$name', async ({ run }) => {
    const network = createMemoryDatagramNetwork();
    await run({ address: '192.0.2.1', open: network.host('192.0.2.1') });
    expect(network.open).toBe(0);
  });

  it('when no port is free, opens none', async () => {
    const open = createMemoryDatagramNetwork({ ports: 1 }).host('192.0.2.1');
    const socket = await open({ datagram: () => undefined });
    await expect(open({ datagram: () => undefined })).rejects.toMatchObject({ code: 'ERR_LISTEN' });
    socket.close();
    await open({ datagram: () => undefined });
  });
});
