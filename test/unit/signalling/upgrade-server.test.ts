import { once } from 'node:events';
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ephemeralIdentity } from '../../../src/adapters/identity/ephemeral.ts';
import { createUpgradeServer } from '../../../src/adapters/signalling/server/upgrade-server.ts';
import { signallingPath, subProtocol } from '../../../src/adapters/signalling/web-socket/tls.ts';
import { systemClock } from '../../../src/environment.ts';
import { limits } from '../../../src/limits.ts';
import { carrierHeader } from '../../../src/protocol/carrier.ts';
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
      decide: () => ({ open: nothing }),
      onHandshakeDone: nothing,
      onAuthenticated: nothing,
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

/** Sends that many frames at once to a client. Resolves with the lengths of the TLS records that it got. */
async function recordsOf(frames: number, frameBytes: number): Promise<readonly number[]> {
  const identity = await ephemeralIdentity({ clock: systemClock }).open();
  const [here, there] = duplexPair();
  const received: Buffer[] = [];
  const accepted = new Promise<WebSocket>((resolve) => {
    const nothing = () => undefined;
    createUpgradeServer({
      credentials: identity,
      tcpSocketOf: nothing,
      decide: () => ({ open: resolve }),
      onHandshakeDone: nothing,
      onAuthenticated: nothing,
      onRefused: nothing,
    }).handle(here as Socket);
  });
  const client = new WebSocket(`wss://127.0.0.1${signallingPath}`, subProtocol, {
    createConnection: () => connect({ socket: there, ...credentials(identity), rejectUnauthorized: false }),
  });
  const server = await accepted;
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  there.on('data', (chunk: Buffer) => received.push(chunk));
  const came = new Promise<void>((resolve) => {
    let left = frames;
    client.on('message', () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
  for (let no = 0; no < frames; no += 1) server.send(Buffer.alloc(frameBytes));
  await came;
  client.terminate();
  server.terminate();
  const bytes = Buffer.concat(received);
  const lengths: number[] = [];
  for (let at = 0; at < bytes.byteLength; at += 5 + (lengths.at(-1) ?? 0)) lengths.push(bytes.readUInt16BE(at + 3));
  return lengths;
}

test('sends each frame with a whole record of a link as one TLS record, however many go at once', async () => {
  // With the type of the content and the tag (RFC 8446 section 5.2).
  const whole = 4 + carrierHeader + limits.tls.recordBytes + 17;
  expect(await recordsOf(12, carrierHeader + limits.tls.recordBytes)).toEqual(new Array(12).fill(whole));
});
