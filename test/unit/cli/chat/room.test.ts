import { expect, test } from 'vitest';
import { chatType, Room, type RoomEvents } from '../../../../src/cli/chat/room.ts';
import { groupOf } from '../../../../src/cli/chat/room-name.ts';
import { sendText } from '../../../../src/cli/text/send-text.ts';
import { type LanpeerNode, makeNetworkKey } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { createMemoryNetwork } from '../../../../src/testing/index.ts';
import { whenTestEnds } from '../../../support/hooks.ts';

const nodes = new Set<LanpeerNode>();

whenTestEnds(async () => {
  await Promise.all([...nodes].map((node) => node.stop()));
  nodes.clear();
});

/** What a room tells, a line each, and a promise of a line that begins like that. */
function createLog() {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const add = (line: string): undefined => {
    lines.push(line);
    for (const look of waiting) look();
    return undefined;
  };
  const events: RoomEvents = {
    said: ({ from, text, isPrivate }) => add(`${from.label}${isPrivate ? ' alone' : ''}: ${text}`),
    joined: ({ label }) => add(`${label} joined`),
    left: ({ label }) => add(`${label} left`),
    unusable: ({ label }) => add(`${label} unusable`),
    missed: ({ label }, why) => add(`${label} missed ${why}`),
  };
  const told = (beginning: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const line = lines.find((one) => one.startsWith(beginning));
        if (line === undefined) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      look();
    });
  return { lines, events, told };
}

async function startRooms(...names: readonly (readonly [name: string, room: string])[]) {
  const network = createMemoryNetwork();
  const access = { networkKey: makeNetworkKey() };
  const all = names.map(([name, room]) => {
    const node = network.createNode({ name, access, discovery: false });
    nodes.add(node);
    const log = createLog();
    return { node, log, room: new Room({ node, room, events: log.events, now: () => 0 }) };
  });
  for (const { node } of all) await node.start();
  const [first, ...others] = all as [(typeof all)[number], ...typeof all];
  for (const { node } of others) await node.connect(network.addressOf(first.node));
  return all as [(typeof all)[number], (typeof all)[number], (typeof all)[number]];
}

test('what is said reaches all who are in the room, and nobody else', async () => {
  const [desk, phone, attic] = await startRooms(['desk', ''], ['phone', ''], ['attic', 'attic']);
  await desk.log.told('phone joined');
  await phone.log.told('desk joined');
  expect(await desk.room.say('Hi')).toBe(1);
  expect(await phone.log.told('desk: ')).toBe('desk: Hi');
  expect(await attic.room.say('Hello?')).toBe(0);
  expect(desk.room.members.map(({ label }) => label)).toEqual(['phone']);
  phone.room.leave();
  await desk.log.told('phone left');
  expect(attic.log.lines).toEqual([]);
});

test('who has the name of another one, or of this node, is told apart', async () => {
  const [desk, one, two] = await startRooms(['desk', ''], ['desk', ''], ['phone', '']);
  await desk.log.told('phone joined');
  await desk.log.told(`desk~${one.node.id.slice(0, 4)} joined`);
  await two.log.told('desk joined');
  await two.room.say('Hi');
  expect(await desk.log.told('phone: ')).toBe('phone: Hi');
});

test('a text for one alone is shown as that; what is none is not shown', async () => {
  const [desk, phone] = await startRooms(['desk', ''], ['phone', '']);
  await phone.log.told('desk joined');
  const peer = phone.node.peers.get(desk.node.id);
  if (!peer) throw new Error('no peer');
  await sendText(phone.node, peer, 'psst', new AbortController().signal);
  expect(await desk.log.told('phone alone')).toBe('phone alone: psst');
  const group = phone.node.join(groupOf(''));
  for (const data of [{ text: 7 }, 'text', null, { text: 'x'.repeat(limits.cli.textBytes + 1) }])
    await group.send(chatType, data);
  await phone.node.send(desk.node.id, chatType, { text: 'to no group' });
  await phone.room.say('last');
  expect(desk.log.lines.filter((line) => !line.endsWith('joined'))).toEqual([
    'phone alone: psst',
    ...Array.from({ length: 4 }, () => 'phone unusable'),
    'phone: last',
  ]);
});

test('who may have missed what was said is told', async () => {
  const [desk, phone] = await startRooms(['desk', ''], ['phone', '']);
  await desk.log.told('phone joined');
  await phone.log.told('desk joined');
  phone.node.handleAll(() => new Promise(() => undefined));
  const said = desk.room.say('Hi');
  await phone.log.told('desk: Hi');
  await phone.node.stop();
  await said;
  expect(await desk.log.told('phone missed')).toBe('phone missed unknown');
});
