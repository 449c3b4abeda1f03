import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { ephemeralIdentity } from '../../../src/adapters/identity/ephemeral.ts';
import { createUpgradeServer } from '../../../src/adapters/signalling/server/upgrade-server.ts';
import { systemClock } from '../../../src/environment.ts';
import { limits } from '../../../src/limits.ts';
import { credentials } from '../../support/signalling.ts';

/** What becomes of a request with headers of that length: the first line of the answer, or the code of the refusal. */
async function requestWith(headerBytes: number): Promise<string> {
  const identity = await ephemeralIdentity({ clock: systemClock }).open();
  const [here, there] = duplexPair();
  const socket = connect({ socket: there, ...credentials(identity), rejectUnauthorized: false });
  const nothing = () => undefined;
  const outcome = new Promise<string>((resolve) => {
    const server = createUpgradeServer({
      credentials: identity,
      tcpSocketOf: nothing,
      activeRefusal: nothing,
      onHandshakeDone: nothing,
      onAuthenticated: nothing,
      onAccepted: nothing,
      onRefused: resolve,
    });
    server.handle(here as Socket);
    socket.on('error', nothing);
    socket.on('data', (answer) => resolve(String(answer).split('\r\n', 1).join()));
  });
  socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(headerBytes)}\r\n\r\n`);
  const first = await outcome;
  here.destroy();
  there.destroy();
  return first;
}

test('when the headers of a request are larger than their cap, refuses it', async () => {
  const { httpHeaderBytes } = limits.unauthenticated;
  expect(await requestWith(httpHeaderBytes / 2)).toBe('HTTP/1.1 426 Upgrade Required');
  expect(await requestWith(httpHeaderBytes)).toBe('ERR_PROTOCOL');
});
