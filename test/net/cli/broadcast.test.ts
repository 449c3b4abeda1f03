import { expect, test } from 'vitest';
import { makeDirectory, makeKeyFile, response, startNode, upgraded } from '../../support/cli.ts';

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
  }));
  expect(peers).toHaveLength(2);
  expect(peers).toEqual(expect.arrayContaining(expected));
});
