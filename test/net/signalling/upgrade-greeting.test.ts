import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { headerValue } from '../../../src/adapters/signalling/web-socket/tls.ts';
import { limits } from '../../../src/limits.ts';
import { protocolVersion } from '../../../src/protocol/greeting.ts';
import { proveKey } from '../../../src/protocol/proof.ts';
import { credentials, type Endpoint, makeEndpoint, request, tlsTo } from '../../support/signalling.ts';
import { makeIdentity, upgradeLines } from '../../support/signalling-requests.ts';

const hello = ({ identity }: Endpoint, more: object = {}): string =>
  JSON.stringify({ type: 'hello', version: protocolVersion, to: identity.id, ...more });

async function answerTo(server: Endpoint, headers: readonly string[]): Promise<string> {
  return request(await tlsTo(server.port, credentials(await makeIdentity())), upgradeLines(headers));
}

test('a dialer says hello in the request, and is welcomed in the response', async () => {
  const networkKey = randomBytes(32);
  const server = await makeEndpoint({ networkKey });
  const own = await makeIdentity();
  const socket = await tlsTo(server.port, credentials(own));
  const exporter = socket.exportKeyingMaterial(32, 'EXPORTER-lanpeer', Buffer.alloc(0));
  const proof = proveKey(networkKey, { role: 'dialer', ownId: own.id, otherId: server.identity.id, exporter });
  const ws = new WebSocket('ws://127.0.0.1/lanpeer/1', 'lanpeer.1', {
    createConnection: () => socket,
    headers: { 'lanpeer-hello': hello(server, { proof }) },
  });
  const welcome = await new Promise((resolve) => {
    ws.once('upgrade', ({ headers }) => resolve(JSON.parse(String(headers['lanpeer-welcome']))));
  });
  const proven = proveKey(networkKey, { role: 'listener', ownId: server.identity.id, otherId: own.id, exporter });
  expect(welcome).toMatchObject({ type: 'welcome', proof: proven, greeting: { name: 'endpoint' } });
  expect(server.sessions).toEqual([]);
  ws.terminate();
});

test.each([
  ['a proof of no key', '{"proof":"x"}', 'ERR_NETWORK_KEY'],
  ['another id', `{"to":"${'a'.repeat(52)}"}`, 'ERR_IDENTITY_MISMATCH'],
  ['a later version', `{"version":${protocolVersion + 1}}`, 'ERR_VERSION'],
  ['another frame', '{"type":"welcome"}', 'ERR_PROTOCOL'],
  ['a refusal', '{"type":"refuse","code":"ERR_BUSY"}', 'ERR_BUSY'],
])('%s in the request is refused before the upgrade, with its code on both sides', async (_, more, code) => {
  const server = await makeEndpoint({ networkKey: randomBytes(32) });
  const refusal = server.nextRefusal();
  const answer = await answerTo(server, [`lanpeer-hello: ${hello(server, JSON.parse(more))}`]);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 403 [\\s\\S]*lanpeer-refusal: ${code}\r\n`));
  expect(await refusal).toMatchObject({ code });
  expect(server.sessions).toEqual([]);
});

test.each([
  ['nothing', ['']],
  ['no JSON', ['{']],
  ['bytes that are no ASCII', ['{"type":"\u00e4"}']],
  ['deep nesting', ['['.repeat(4_000)]],
])('%s as the hello of a request is refused before the upgrade', async (_, values) => {
  const server = await makeEndpoint();
  const answer = await answerTo(
    server,
    values.map((value) => `lanpeer-hello: ${value}`),
  );
  expect(answer).toMatch(/^HTTP\/1.1 403 [\s\S]*lanpeer-refusal: ERR_PROTOCOL\r\n/);
});

test('two hellos in one request are refused, and one over the limit of headers gets no answer', async () => {
  const server = await makeEndpoint();
  const line = `lanpeer-hello: ${hello(server)}`;
  expect(await answerTo(server, [line, line])).toMatch(/^HTTP\/1.1 403 [\s\S]*lanpeer-refusal: ERR_PROTOCOL\r\n/);
  const long = hello(server, { more: 'x'.repeat(limits.unauthenticated.httpHeaderBytes) });
  expect(await answerTo(server, [`lanpeer-hello: ${long}`])).toBe('');
});

test.each(['plain', 'K\u00fcche \u2013 \ud83c\udfe0', '\u007f\r\nevil: 1'])(
  'any name passes in a header: %j',
  (name) => {
    const value = headerValue(JSON.stringify({ name }));
    expect(value).toMatch(/^[ -~]*$/);
    expect(JSON.parse(value)).toEqual({ name });
  },
);
