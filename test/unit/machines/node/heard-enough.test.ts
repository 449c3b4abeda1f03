import { expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { connectionOf, isHeardEnough } from '../../../../src/machines/node/setup.ts';
import { device, giveUp, session } from '../../../support/node-events.ts';
import { createRunningNode, type NodeRig } from '../../../support/node-rig.ts';

const heardEnough = (rig: NodeRig, wanted = true): boolean =>
  isHeardEnough(rig.actor, 'b', wanted, rig.clock.monotonic());

async function connected(): Promise<NodeRig> {
  const rig = await createRunningNode();
  rig.send(session('b'));
  rig.tell('b', { type: 'link.open', no: 1 });
  return rig;
}

it('a device without a connection is not heard enough', async () => {
  const rig = await createRunningNode();
  expect(heardEnough(rig)).toBe(false);
});

it('a device that is being connected to is heard enough for some seconds', async () => {
  const rig = await createRunningNode();
  rig.send(device('b'));
  expect(heardEnough(rig)).toBe(false);
  rig.send(device('b', { fresh: false }));
  expect(heardEnough(rig)).toBe(true);
  rig.clock.advance(limits.discovery.silentMs / 16);
  expect(heardEnough(rig)).toBe(false);
});

it('a device that is connected is heard enough once the machine knows that it is wanted', async () => {
  const rig = await connected();
  expect([rig.peers['b']?.split('.')[0], heardEnough(rig), heardEnough(rig, false)]).toEqual([
    'connected',
    false,
    true,
  ]);
  rig.send(device('b', { fresh: false }));
  expect(heardEnough(rig)).toBe(true);
  const before = connectionOf(rig.actor, 'b')?.getSnapshot();
  rig.send(device('b', { fresh: false }));
  expect(connectionOf(rig.actor, 'b')?.getSnapshot().context).toBe(before.context);
});

it('a device whose attempts failed is never heard enough: it is there again', async () => {
  const rig = await createRunningNode();
  rig.send(device('b'), device('b', { fresh: false }));
  giveUp(rig, 'b');
  expect([rig.peers['b']?.split('.')[0], heardEnough(rig)]).toEqual(['failed', false]);
});
