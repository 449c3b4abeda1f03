import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { ephemeralIdentity } from '../../../src/adapters/identity/ephemeral.ts';
import { dialWebSocket } from '../../../src/adapters/signalling/web-socket/dial-web-socket.ts';
import { createEventLoopBudget } from '../../../src/adapters/signalling/web-socket/event-loop-budget.ts';
import { dialContext, tlsOptions } from '../../../src/adapters/signalling/web-socket/tls.ts';
import { webSocketWire } from '../../../src/adapters/signalling/web-socket/web-socket-wire.ts';
import { systemClock } from '../../../src/environment.ts';
import { targetAt } from '../../support/signalling.ts';

test('when a server sends with its answer to the upgrade, the wire receives it', async () => {
  const identity = await ephemeralIdentity({ clock: systemClock }).open();
  const server = createServer(tlsOptions(identity));
  const webSockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    // One TLS record for both.
    socket.cork();
    webSockets.handleUpgrade(request, socket, head, (ws) => {
      ws.send('first');
      ws.on('message', () => ws.send('answer'));
    });
    process.nextTick(() => socket.uncork());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const target = targetAt(port);
    const { ws } = await dialWebSocket(target, dialContext(identity), systemClock);
    const nothing = (): void => undefined;
    const wire = webSocketWire(ws, createEventLoopBudget(systemClock));
    const received = new Promise<string>((resolve) => {
      const listener = { bytes: nothing, invalid: nothing, ping: nothing, pong: nothing, closed: nothing };
      wire.listen({ ...listener, text: resolve });
    });
    wire.send('question');
    expect(await received).toBe('first');
    ws.terminate();
  } finally {
    server.close();
  }
});
