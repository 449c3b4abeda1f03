import { expect, test } from 'vitest';
import { type CliEvent, makeDirectory, makeKeyFile, response, startNode } from '../../support/cli.ts';

const isPeer =
  (properties: object, groups: readonly string[]) =>
  (event: CliEvent): boolean =>
    event.event === 'peer' &&
    JSON.stringify([event['properties'], event['groups']]) === JSON.stringify([properties, groups]);

test('commands join and leave groups and set properties, and lines tell what peers say of themselves', async () => {
  const keyFile = await makeKeyFile();
  const [a, b] = await Promise.all([1, 2].map(async () => startNode({ keyFile, state: await makeDirectory() })));
  if (!a || !b) throw new Error('two nodes were asked for');
  b.cli.write({ do: 'setProperties', properties: { role: 'camera' }, ref: 1 });
  expect(await b.cli.waitFor('properties', response(1))).toMatchObject({ ok: true });
  b.cli.write({ do: 'join', group: 'game', ref: 2 });
  expect(await b.cli.waitFor('joined', response(2))).toMatchObject({ ok: true });
  expect(await a.cli.waitFor('peer', isPeer({ role: 'camera' }, ['game']))).toMatchObject({ id: b.id });
  a.cli.write({ do: 'broadcast', group: 'game', type: 'x', data: 1, ref: 3 });
  expect(await a.cli.waitFor('not joined', response(3))).toMatchObject({ ok: false, code: 'ERR_NOT_MEMBER' });
  a.cli.write({ do: 'join', group: 'game' });
  a.cli.write({ do: 'broadcast', group: 'game', type: 'x', data: 1, ref: 4 });
  expect(await a.cli.waitFor('sent', response(4))).toMatchObject({ ok: true, data: { [b.id]: { ok: true } } });
  expect(await b.cli.waitFor('message', ({ event }) => event === 'message')).toMatchObject({ group: 'game', data: 1 });
  b.cli.write({ do: 'leave', group: 'game', ref: 5 });
  expect(await b.cli.waitFor('left', response(5))).toMatchObject({ ok: true });
  await a.cli.waitFor('gone', isPeer({ role: 'camera' }, []));
  b.cli.write({ do: 'leave', group: 'game', ref: 6 });
  expect(await b.cli.waitFor('left twice', response(6))).toMatchObject({ ok: false, code: 'ERR_NOT_MEMBER' });
});
