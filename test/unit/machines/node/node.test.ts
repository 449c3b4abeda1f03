import { describe, expect, it } from 'vitest';
import { bye, device, giveUp, session } from '../../../support/node-events.ts';
import { createNodeRig, createRunningNode, type NodeRig } from '../../../support/node-rig.ts';

describe('starting and stopping', () => {
  it('runs discovery from the end of the start until the stop', async () => {
    const rig = createNodeRig();
    expect(rig.state).toBe('stopped');
    rig.send({ type: 'start' });
    expect([rig.state, rig.discovering]).toEqual(['starting', 0]);
    await rig.resolve('open');
    expect([rig.state, rig.discovering, rig.context.ownId]).toEqual(['running.active', 1, 'a']);
    rig.send({ type: 'stop' });
    expect([rig.state, rig.discovering]).toEqual(['stopping.flushing', 0]);
    await rig.resolve('flush');
    expect(rig.state).toBe('stopping.closing');
    await rig.resolve('close');
    expect([rig.state, rig.children, rig.clock.pending]).toEqual(['stopped', [], 0]);
  });

  it('keeps the error of a start that failed until the next start', async () => {
    const rig = createNodeRig();
    rig.send({ type: 'start' });
    await rig.reject('open');
    expect(rig.state).toBe('stopped');
    expect(rig.context.error).toMatchObject({ message: 'open failed' });
    rig.send({ type: 'start' });
    expect(rig.context.error).toBeNull();
    await rig.resolve('open');
    expect(rig.state).toBe('running.active');
  });

  it('can be stopped while it starts; the start that comes to its end then has no effect', async () => {
    const rig = createNodeRig();
    rig.send({ type: 'start' }, { type: 'stop' });
    expect(rig.state).toBe('stopping.closing');
    await rig.resolve('open');
    expect(rig.state).toBe('stopping.closing');
    await rig.resolve('close');
    expect([rig.state, rig.discovering]).toEqual(['stopped', 0]);
  });

  it('stops although flushing and closing fail', async () => {
    const rig = await createRunningNode();
    rig.send({ type: 'stop' });
    await rig.reject('flush');
    await rig.reject('close');
    expect([rig.state, rig.errors]).toEqual(['stopped', []]);
  });

  it('keeps connections while it flushes and closes them all after', async () => {
    const rig = await createRunningNode();
    rig.send(device('b'), session('c'), { type: 'stop' });
    expect(Object.keys(rig.peers)).toEqual(['b', 'c']);
    await rig.resolve('flush');
    expect([rig.peers, rig.children, rig.links.size, rig.dialers.size, rig.clock.pending]).toEqual([
      {},
      ['close'],
      0,
      0,
      0,
    ]);
  });

  it('starts again, and knows its peers anew', async () => {
    const rig = await createRunningNode();
    rig.send(device('b'), { type: 'stop' });
    await rig.resolve('flush');
    await rig.resolve('close');
    rig.send({ type: 'start' });
    await rig.resolve('open');
    expect([rig.state, rig.peers]).toEqual(['running.active', {}]);
    rig.send(device('b'));
    expect(rig.peers).toEqual({ b: 'connecting.reaching.queued' });
  });

  it('takes no peers in before it runs', () => {
    const rig = createNodeRig();
    rig.send(device('b'), session('b'), { type: 'connect', id: 'b' }, { type: 'start' }, device('b'));
    expect(rig.peers).toEqual({});
  });
});

describe('connections', () => {
  it('are made by announcements, sessions and calls; one per peer', async () => {
    const rig = await createRunningNode({ maxPeers: 3 });
    rig.send(device('b'), session('c'), { type: 'connect', id: 'd' });
    rig.send(device('c'), session('b'), { type: 'connect', id: 'b' });
    expect(rig.peers).toEqual({
      b: 'connecting.linking.negotiating',
      c: 'connecting.linking.negotiating',
      d: 'connecting.reaching.queued',
    });
  });

  it('are not made with oneself', async () => {
    const rig = await createRunningNode();
    rig.send(device('a'));
    expect(rig.peers).toEqual({});
  });

  it('that failed are hurried by announcements and by a changed network', async () => {
    const rig = await createRunningNode();
    for (const retry of [device('b'), { type: 'network.changed' } as const]) {
      rig.send(device('b'));
      giveUp(rig, 'b');
      expect(rig.peers).toEqual({ b: 'failed.gaveUp' });
      rig.send(retry);
      expect(rig.peers).toEqual({ b: 'connecting.reaching.queued' });
    }
  });

  it('that break are reported, let go and made anew; the others live on', async () => {
    const rig = await createRunningNode();
    rig.send(device('b'), session('c'));
    rig.breakNext('b');
    giveUp(rig, 'b');
    expect(rig.effects).toEqual([{ effect: 'defect', id: 'b', error: new Error('a defect') }]);
    expect([rig.state, rig.peers, rig.errors]).toEqual(['running.active', { c: 'connecting.linking.negotiating' }, []]);
    rig.send(device('b'));
    expect(Object.keys(rig.peers)).toEqual(['b', 'c']);
  });

  it('made anew in answer to the end of the old one are not taken for it', async () => {
    const rig: NodeRig = await createRunningNode({
      onReport: (id, state) => {
        if (state === 'closed') rig.send({ type: 'connect', id });
      },
    });
    rig.send(device('b'));
    bye(rig, 'b', 'disconnect');
    expect(rig.peers).toEqual({ b: 'connecting.reaching.queued' });
    expect(rig.children).toEqual(['discovery', 'peer:b']);
    expect(rig.context.blocked.size).toBe(0);
  });
});
