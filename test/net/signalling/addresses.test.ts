import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { tlsSignalling } from '../../../src/adapters/signalling/tls-signalling.ts';
import { urlOf } from '../../../src/adapters/signalling/web-socket/dial-web-socket.ts';
import { systemClock } from '../../../src/environment.ts';
import { tcpTo } from '../../support/signalling.ts';
import { makeIdentity } from '../../support/signalling-requests.ts';

test('when an address is taken, or is not of this host, leaves no other one open', async () => {
  const taken = createServer();
  const identity = await makeIdentity();
  await once(taken.listen(0, '127.0.0.2'), 'listening');
  const bound = taken.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  try {
    for (const [second, code] of [
      ['127.0.0.2', 'ERR_PORT_IN_USE'],
      ['192.0.2.1', 'ERR_INTERFACE_UNKNOWN'],
    ] as const) {
      const access = {};
      const greet = () => ({ incarnation: identity.incarnation, name: 'x', held: 0, features: [], transports: [] });
      const addresses = ['127.0.0.1', second];
      const signalling = tlsSignalling({ identity, addresses, port, access, greet, clock: systemClock });
      const listener = { session: () => undefined, refused: () => undefined, error: () => undefined };
      await expect(signalling.listen(listener)).rejects.toMatchObject({ code });
      await expect(tcpTo(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await signalling.close();
    }
  } finally {
    taken.close();
  }
});

test('a link-local address keeps its zone for the dial, and out of the request', () => {
  expect(urlOf('127.0.0.1')).toBe('ws://127.0.0.1/lanpeer/1');
  expect(urlOf('fe80::1%eth0')).toBe('ws://[fe80::1]/lanpeer/1');
  expect(() => new URL(urlOf('fe80::1%eth0'))).not.toThrow();
});
