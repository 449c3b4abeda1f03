import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { credentials, makeEndpoint, request, tlsTo } from '../../support/signalling.ts';
import { makeIdentity, upgradeLines } from '../../support/signalling-requests.ts';

test.each([['Origin: https://evil.example'], ['Sec-Fetch-Site: cross-site'], ['Sec-Fetch-Mode: websocket']])(
  'a browser is refused before the upgrade: %s',
  async (header) => {
    const server = await makeEndpoint();
    const refusal = server.nextRefusal();
    const socket = await tlsTo(server.port, credentials(await makeIdentity()));
    const answer = await request(socket, upgradeLines([header]));
    expect(answer).toMatch(/^HTTP\/1.1 403 [\s\S]*lanpeer-refusal: ERR_PROTOCOL/);
    expect(await refusal).toMatchObject({ code: 'ERR_PROTOCOL', address: '127.0.0.1' });
  },
);

test.each([
  ['/', 'lanpeer.1'],
  ['/lanpeer/1/../admin', 'lanpeer.1'],
  ['/lanpeer/1', 'chat'],
])('another path or sub-protocol is refused: %s %s', async (path, protocol) => {
  const server = await makeEndpoint();
  const socket = await tlsTo(server.port, credentials(await makeIdentity()));
  expect(await request(socket, upgradeLines([], path, protocol))).toMatch(/^HTTP\/1.1 403 /);
});

test('a plain request gets no page, whatever it asks for', async () => {
  const server = await makeEndpoint();
  const socket = await tlsTo(server.port, credentials(await makeIdentity()));
  expect(await request(socket, ['GET / HTTP/1.1', 'Host: x', 'Connection: close'])).toMatch(/^HTTP\/1.1 426 /);
});

test('without a certificate, refuses the caller', async () => {
  const server = await makeEndpoint();
  const socket = await tlsTo(server.port, {});
  expect(await request(socket, upgradeLines())).toMatch(/lanpeer-refusal: ERR_IDENTITY_MISSING/);
});

test('headers larger than their limit get no answer', async () => {
  const server = await makeEndpoint();
  const sent = async (bytes: number): Promise<string> => {
    const socket = await tlsTo(server.port, credentials(await makeIdentity()));
    return request(socket, ['GET / HTTP/1.1', 'Host: x', 'Connection: close', `X-Long: ${'x'.repeat(bytes)}`]);
  };
  expect(await sent(limits.unauthenticated.httpHeaderBytes)).toBe('');
  expect(await sent(limits.unauthenticated.httpHeaderBytes / 2)).toMatch(/^HTTP\/1.1 426 /);
});
