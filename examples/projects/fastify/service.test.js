import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { createNode, makeNetworkKey } from 'lanpeer';
import { startService } from './service.js';

test('peers are there over HTTP, come as events, and a stop ends all of it', { timeout: 30_000 }, async () => {
  const access = { networkKey: makeNetworkKey() };
  const [web, other] = ['web', 'other'].map((name) =>
    createNode({ name, access, interfaces: ['127.0.0.1'], discovery: false }),
  );
  await Promise.all([web.start(), other.start()]);
  const service = await startService(web);
  const at = (path) => `http://127.0.0.1:${service.port}${path}`;

  const events = (await fetch(at('/events'))).body.pipeThrough(new TextDecoderStream()).getReader();
  equal((await events.read()).value, 'data: []\n\n');
  const said = new Promise((resolve) => other.handle('said', ({ data }) => resolve(data.text)));
  await other.connect({ address: '127.0.0.1', port: web.port, id: web.id });
  let seen = '';
  while (!seen.includes('"other"')) seen = (await events.read()).value;
  const peers = await (await fetch(at('/peers'))).json();
  deepEqual(
    peers.map(({ id, name }) => [id, name]),
    [[other.id, 'other']],
  );
  const response = await fetch(at('/say'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Hi' }),
  });
  deepEqual(await response.json(), { told: 1 });
  equal(await said, 'Hi');

  await service.stop();
  for (let part = await events.read(); !part.done; part = await events.read());
  await other.stop();
});
