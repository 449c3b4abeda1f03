import { describe, expect, it } from 'vitest';
import { openUdp } from '../../../src/adapters/datagrams/udp.ts';
import { datagramCompliance } from '../../../src/testing/compliance/datagrams.ts';

describe('datagrams by UDP', () => {
  it.each(datagramCompliance)('$name', ({ run }) => run({ address: '127.0.0.1', open: openUdp }));

  it('says why a datagram cannot leave', async () => {
    const socket = await openUdp({ datagram: () => undefined });
    expect(await socket.send(new Uint8Array(65_508), { address: '127.0.0.1', port: socket.port })).toBe('EMSGSIZE');
    socket.close();
  });
});
