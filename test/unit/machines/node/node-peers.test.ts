import { describe, expect, it } from 'vitest';
import { incarnations } from '../../../../src/testing/model/connection-samples.ts';
import { bye, device, giveUp, session } from '../../../support/node-events.ts';
import { createRunningNode } from '../../../support/node-rig.ts';

const { newer } = incarnations;

describe('the cap on peers', () => {
  it('refuses announcements, calls and sessions over it', async () => {
    const rig = await createRunningNode({ maxPeers: 1 });
    rig.send(session('b'), device('c'), { type: 'connect', id: 'd' }, session('e'));
    expect(Object.keys(rig.peers)).toEqual(['b']);
    expect(rig.effects).toEqual([
      { effect: 'refuse', id: 'c', code: 'ERR_PEER_LIMIT' },
      { effect: 'refuse', id: 'd', code: 'ERR_PEER_LIMIT' },
      { effect: 'refuse', id: 'e', code: 'ERR_PEER_LIMIT', key: 'e1' },
      { effect: 'end', key: 'e1', reason: 'refused' },
    ]);
  });

  it('does not report a device over it again and again', async () => {
    const rig = await createRunningNode({ maxPeers: 1 });
    rig.send(session('b'), device('c', { fresh: false }), device('c', { fresh: false }));
    expect(rig.effects).toEqual([]);
  });

  it('gives the place of one that gave up to one that is there', async () => {
    const rig = await createRunningNode({ maxPeers: 1 });
    rig.send(device('b'));
    giveUp(rig, 'b');
    rig.send(session('c'));
    expect(Object.keys(rig.peers)).toEqual(['c']);
    expect([rig.children, rig.effects]).toEqual([['discovery', 'peer:c'], []]);
  });

  it.each([
    ['a session', session('c')],
    ['a call', { type: 'connect', id: 'c' } as const],
  ])('gives the place of one that was only heard of to %s', async (_, demand) => {
    const rig = await createRunningNode({ maxPeers: 2 });
    rig.send(session('a1'), device('b'), demand);
    expect(Object.keys(rig.peers).sort()).toEqual(['a1', 'c']);
    expect(rig.effects).toEqual([]);
  });

  it('keeps one that was only heard of when another is heard of', async () => {
    const rig = await createRunningNode({ maxPeers: 1 });
    rig.send(device('b'), device('c'));
    expect(Object.keys(rig.peers)).toEqual(['b']);
  });

  it('keeps one that was asked for and one that was met', async () => {
    const rig = await createRunningNode({ maxPeers: 2 });
    rig.send({ type: 'connect', id: 'b' }, session('c'), session('d'));
    expect(Object.keys(rig.peers)).toEqual(['b', 'c']);
  });
});

describe('blocked peers', () => {
  it.each(['here', 'there'])(
    'when disconnected from %s, stay blocked against announcements until the program connects',
    async (where) => {
      const rig = await createRunningNode();
      rig.send(device('b'));
      if (where === 'here') rig.send({ type: 'disconnect', id: 'b' });
      else bye(rig, 'b', 'disconnect');
      expect([rig.peers, rig.children]).toEqual([{}, ['discovery']]);
      rig.send(device('b'), device('b', { incarnation: newer }));
      expect(rig.peers).toEqual({});
      rig.send({ type: 'connect', id: 'b' });
      expect(rig.peers).toEqual({ b: 'connecting.reaching.queued' });
      expect(rig.context.blocked.size).toBe(0);
    },
  );

  it('when the other side opens a session, are unblocked', async () => {
    const rig = await createRunningNode();
    rig.send(device('b'));
    bye(rig, 'b', 'disconnect');
    rig.send(session('b'));
    expect(Object.keys(rig.peers)).toEqual(['b']);
    expect(rig.context.blocked.size).toBe(0);
  });

  it('when the other side stopped, stay blocked until it announces another run', async () => {
    const rig = await createRunningNode();
    rig.send(session('b'));
    bye(rig, 'b', 'stopping');
    rig.send(device('b'));
    expect(rig.peers).toEqual({});
    rig.send(device('b', { incarnation: newer }));
    expect(rig.peers).toEqual({ b: 'connecting.reaching.queued' });
    expect(rig.context.blocked.size).toBe(0);
  });

  it('when disconnected without a connection, are blocked as well', async () => {
    const rig = await createRunningNode();
    rig.send({ type: 'disconnect', id: 'b' }, device('b'));
    expect(rig.peers).toEqual({});
  });

  it('are remembered up to a number; the oldest goes first', async () => {
    const rig = await createRunningNode({ remembered: 2 });
    for (const id of ['b', 'c', 'd']) rig.send({ type: 'disconnect', id });
    expect([...rig.context.blocked.keys()]).toEqual(['c', 'd']);
    rig.send(device('b'), device('c'));
    expect(Object.keys(rig.peers)).toEqual(['b']);
  });
});
