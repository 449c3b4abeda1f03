import { expect, test } from 'vitest';
import { connection, makeDirectory, makeKeyFile, response, startNode, upgraded } from '../../support/cli.ts';

test('a broadcast has one result and one fate for each peer, and reaches all of them', async () => {
  const keyFile = await makeKeyFile();
  const nodes: Awaited<ReturnType<typeof startNode>>[] = [];
  for (const name of ['a', 'b', 'c'])
    nodes.push(await startNode({ keyFile, state: await makeDirectory(), more: ['--name', name] }));
  const pairs = nodes.flatMap((one) => nodes.filter((other) => other !== one).map((other) => [one, other] as const));
  await Promise.all(pairs.map(([one, other]) => one.cli.waitFor('upgraded', upgraded(other.id))));

  const [a, ...others] = nodes;
  if (!a) throw new Error('no node');
  const data = { text: 'New update!', bytes: { $bytes: 'AAEC' } };
  a.cli.write({ do: 'broadcast', type: 'announcement', data, ref: '3' });
  expect(await a.cli.waitFor('response', response('3'))).toEqual({
    event: 'response',
    ref: '3',
    ok: true,
    data: Object.fromEntries(others.map(({ id }) => [id, { ok: true }])),
  });
  for (const { cli, id } of others) {
    const message = await cli.waitFor('announcement', ({ event }) => event === 'message');
    expect(message).toMatchObject({ from: a.id, type: 'announcement', data });
    const fate = await a.cli.waitFor('fate', (event) => event.event !== 'message' && event['to'] === id);
    expect(fate).toEqual({ event: 'delivered', ref: '3', to: id });
  }
  a.cli.write({ do: 'peers', ref: '2' });
  const { data: peers } = await a.cli.waitFor('peers', response('2'));
  const expected = others.map(({ id }, index) => ({
    id,
    name: ['b', 'c'][index],
    via: 'webrtc',
    address: '127.0.0.1',
    since: expect.any(Number),
    roundTripMs: expect.any(Number),
    properties: {},
    groups: [],
  }));
  expect(peers).toHaveLength(2);
  expect(peers).toEqual(expect.arrayContaining(expected));
});

test('each result is told as it settles where a command asks for that, and all of them in the response', async () => {
  const keyFile = await makeKeyFile();
  const [a, b, c] = await Promise.all(
    ['a', 'b', 'c'].map(async () => startNode({ keyFile, state: await makeDirectory() })),
  );
  if (!a || !b || !c) throw new Error('three nodes were started');
  for (const { id } of [b, c]) await a.cli.waitFor('connected', connection(id, 'connected'));
  const ids = [b.id, c.id].sort();

  a.cli.write({ do: 'broadcast', type: 'announcement', data: 1, each: true, ref: 'b' });
  expect((await a.cli.waitFor('response', response('b')))['data']).toEqual({
    [b.id]: { ok: true },
    [c.id]: { ok: true },
  });
  for (const id of ids) await a.cli.waitFor('fate', ({ event, to }) => event === 'delivered' && to === id);
  const lines = a.cli.events.filter(({ ref }) => ref === 'b');
  const results = lines.filter(({ event }) => event === 'result');
  expect(results.map(({ to }) => to).sort()).toEqual(ids);
  expect(results).toEqual(results.map(({ to }) => ({ event: 'result', ref: 'b', to, ok: true })));
  for (const id of ids) {
    const told = lines.filter(({ to }) => to === id).map(({ event }) => event);
    expect(told).toEqual(['result', 'delivered']);
  }

  a.cli.write({ do: 'requestAll', type: 'echo', data: { bytes: { $bytes: 'AAEC' } }, each: true, ref: 'q' });
  const one = { ok: true, data: { bytes: { $bytes: 'AAEC' } } };
  const { data } = await a.cli.waitFor('response', response('q'));
  expect(data).toEqual({ [b.id]: one, [c.id]: one });
  const answers = a.cli.events.filter(({ event, ref }) => event === 'result' && ref === 'q');
  expect(answers.map(({ to }) => to).sort()).toEqual(ids);
  expect(answers).toEqual(answers.map(({ to }) => ({ event: 'result', ref: 'q', to, ...one })));

  a.cli.write({ do: 'requestAll', type: 'nobody answers this', timeout: 5_000 });
  const refused = await a.cli.waitFor('error', ({ event, code }) => event === 'error' && code === 'ERR_TYPE');
  expect(refused).not.toHaveProperty('ref');
});
