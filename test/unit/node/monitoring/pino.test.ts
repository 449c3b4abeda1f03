import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { makeNetworkKey } from '../../../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';

const levels = { debug: 20, info: 30, warn: 40 };

function collect() {
  const lines: Record<string, unknown>[] = [];
  const into = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  return { lines, logger: pino({ level: 'debug' }, into) };
}

test('pino is a logger as it is: every line has its level, fields and message', async () => {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const { lines, logger } = collect();
  const [own, other] = [{ networkKey: makeNetworkKey() }, { networkKey: makeNetworkKey() }];
  const a = network.createNode({ name: 'a', access: own, discovery: false, logger });
  const b = network.createNode({ name: 'b', access: own, discovery: false });
  const stranger = network.createNode({ name: 'stranger', access: other, discovery: false });
  await Promise.all([a, b, stranger].map((node) => node.start()));

  const settled = Promise.allSettled([
    a.connect(network.addressOf(b)),
    stranger.connect(network.addressOf(a)),
    a.connect({ ...network.addressOf(stranger), port: 1 }),
  ]);
  await clock.advanceAsync(3_000);
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  a.handle('n', () => {
    throw new Error('mine');
  });
  await b.send(a.id, 'n', 1);
  await clock.advanceAsync(1_000);

  const transitions = lines.filter(({ id, state }) => id === b.id && state !== undefined);
  expect(transitions).toMatchObject([
    { level: levels.info, state: 'new', previous: null, reason: 'requested', attempt: 0 },
    { level: levels.info, state: 'connecting', previous: 'new', reason: 'requested', attempt: 1 },
    { level: levels.info, state: 'connected', previous: 'connecting', reason: 'opened', attempt: 1, via: 'tls' },
    { level: levels.info, state: 'connected', previous: 'connected', reason: 'upgraded', attempt: 1, via: 'webrtc' },
  ]);
  expect(transitions.at(-1)).toMatchObject({ msg: 'connection connected: upgraded', code: null, next: null });

  const refused = network.addressOf(stranger);
  for (const line of [
    { level: levels.warn, msg: 'refused a signalling session', code: 'ERR_NETWORK_KEY', address: refused.address },
    { level: levels.warn, code: 'ERR_HANDLER' },
    { level: levels.debug, msg: 'an address did not lead to the peer', id: stranger.id, port: 1, code: 'ERR_REFUSED' },
  ])
    expect(lines).toContainEqual(expect.objectContaining(line));
  expect(JSON.stringify(lines)).not.toContain(own.networkKey);

  const stopped = Promise.all([a, b, stranger].map((node) => node.stop()));
  await clock.advanceAsync(20_000);
  await stopped;
});
