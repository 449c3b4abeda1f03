import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { NodeEvent } from '../../../../src/machines/node/events.ts';
import { incarnations } from '../../../../src/testing/model/connection-samples.ts';
import { createRunningNode, type NodeRig, type NodeRigOptions } from '../../../support/node-rig.ts';

const { first } = incarnations;

const device = (id: string, source: string, chance = 0): NodeEvent => ({
  type: 'device',
  id,
  incarnation: first,
  fresh: true,
  source,
  chance,
});

const session = (id: string, unsettled: readonly string[] = [], key = `${id}1`): NodeEvent => ({
  type: 'signalling.opened',
  id,
  key,
  opener: 'remote',
  incarnation: first,
  remoteGeneration: 0,
  localGeneration: 0,
  unsettled,
});

/** A peer whose link opens and lives for so long; 'a' has the lower id and offers it. */
function link(rig: NodeRig, id: string, forMs: number): void {
  rig.send(session(id));
  rig.tell(id, { type: 'link.open', no: 1 });
  rig.clock.advance(forMs);
}

/** Its link and its session break: it is dialed from now on. */
function lose(rig: NodeRig, id: string): void {
  rig.tell(id, { type: 'signalling.closed', key: `${id}1`, bye: null });
  rig.tell(id, { type: 'link.down', no: 1, silent: true, code: 'ERR_TIMEOUT' });
  rig.clock.advance(1);
}

const many = (options: NodeRigOptions = {}) => createRunningNode({ maxPeers: 3, policy: {}, ...options });
const names = (rig: NodeRig): string[] => Object.keys(rig.peers);

describe('a peer that is there takes the place', () => {
  it('of one that never lasted and has been away for longest', async () => {
    const rig = await many();
    for (const id of ['b', 'c', 'd']) link(rig, id, 1_000);
    for (const id of ['c', 'b', 'd']) lose(rig, id);
    rig.send(session('e'));
    expect(names(rig)).toEqual(['b', 'd', 'e']);
    rig.send(session('f'));
    expect(names(rig)).toEqual(['d', 'e', 'f']);
    expect(rig.effects.filter(({ effect }) => effect === 'refuse')).toEqual([]);
  });

  it('of one that has no messages rather than of one that has been away for longer', async () => {
    const rig = await many();
    for (const id of ['b', 'c', 'd']) link(rig, id, 1_000);
    for (const id of ['c', 'b', 'd']) lose(rig, id);
    rig.send(session('e', ['c', 'b']));
    expect(names(rig)).toEqual(['b', 'c', 'e']);
    rig.send(session('f', ['c', 'b']));
    expect(names(rig)).toEqual(['b', 'e', 'f']);
  });

  it('never of one that was stable, that is asked for, or that is connected', async () => {
    const rig = await many({ maxPeers: 4 });
    link(rig, 'b', limits.backoff.stableMs);
    lose(rig, 'b');
    rig.send({ type: 'connect', id: 'c' });
    rig.tell('c', { type: 'dial.failed', refused: false, denied: false, code: 'ERR_TIMEOUT' });
    link(rig, 'd', 1_000);
    link(rig, 'e', 1_000);
    for (let n = 0; n < 10; n += 1) rig.send(session(`x${n}`));
    expect(names(rig)).toEqual(['b', 'c', 'd', 'e']);
    lose(rig, 'e');
    rig.send(session('f'), session('g'));
    expect(names(rig)).toEqual(['b', 'c', 'd', 'f']);
  });

  it('of one that had a link for the shortest time, where those that were stable keep half of the places', async () => {
    const { stableMs } = limits.backoff;
    const rig = await many({ maxPeers: 8 });
    link(rig, 'ordinary', 60 * stableMs);
    lose(rig, 'ordinary');
    for (let n = 0; n < 7; n += 1) link(rig, `x${n}`, 0);
    rig.clock.advance(stableMs);
    for (let n = 0; n < 7; n += 1) lose(rig, `x${n}`);
    for (let n = 0; n < 20; n += 1) rig.send(session(`y${n}`));
    expect(names(rig)).toEqual(['ordinary', 'x4', 'x5', 'x6', 'y0', 'y1', 'y2', 'y3']);
  });

  it('of one that had links for the shortest time, however short the last one was', async () => {
    const { stableMs } = limits.backoff;
    const rig = await many({ maxPeers: 2 });
    link(rig, 'b', 5 * stableMs);
    lose(rig, 'b');
    rig.send(session('b', [], 'b1'));
    rig.tell('b', { type: 'link.open', no: 2 });
    link(rig, 'c', 2 * stableMs);
    rig.tell('b', { type: 'signalling.closed', key: 'b1', bye: null });
    rig.tell('b', { type: 'link.down', no: 2, silent: true, code: 'ERR_TIMEOUT' });
    rig.clock.advance(1);
    lose(rig, 'c');
    rig.send(session('d'));
    expect(names(rig)).toEqual(['b', 'd']);
  });

  it('never of one that is asked for, however many were stable', async () => {
    const rig = await many({ maxPeers: 2 });
    for (const id of ['b', 'c']) {
      rig.send({ type: 'connect', id });
      link(rig, id, limits.backoff.stableMs);
    }
    for (const id of ['b', 'c']) lose(rig, id);
    rig.send(session('d'));
    expect(names(rig)).toEqual(['b', 'c']);
  });

  it('of one that has given up, also where it was stable once, after all others', async () => {
    const rig = await many({ maxPeers: 2, policy: { maxAttempts: 1 } });
    link(rig, 'b', limits.backoff.stableMs);
    lose(rig, 'b');
    rig.tell('b', { type: 'dial.failed', refused: false, denied: false, code: 'ERR_TIMEOUT' });
    rig.send(device('c', 's'), session('d'));
    expect(names(rig)).toEqual(['b', 'd']);
    rig.send(session('e'));
    expect(names(rig)).toEqual(['d', 'e']);
  });
});

describe('an unverified device', () => {
  const hear = (rig: NodeRig, count: number, source: string, chance?: number): void => {
    for (let no = 0; no < count; no += 1) rig.send(device(`${source}${no}`, source, chance));
  };
  const bySource = (rig: NodeRig, source: string): number => names(rig).filter((id) => id.startsWith(source)).length;

  it('has half of the places at most, and reports no limit while the others are free', async () => {
    const rig = await many({ maxPeers: 10 });
    hear(rig, 100, 'x');
    expect([bySource(rig, 'x'), rig.effects]).toEqual([5, []]);
    rig.send(session('x0'));
    hear(rig, 100, 'x');
    expect(bySource(rig, 'x')).toBe(6);
  });

  it('of one source leaves its places to that of another, up to an equal share', async () => {
    const rig = await many({ maxPeers: 12 });
    hear(rig, 100, 'x');
    rig.send(device('y', 'y', 0.99));
    expect(names(rig)).toEqual(['x0', 'x1', 'x2', 'x3', 'x4', 'y']);
    hear(rig, 100, 'z', 0.5);
    expect([bySource(rig, 'x'), bySource(rig, 'y'), bySource(rig, 'z')]).toEqual([3, 1, 2]);
  });

  it('of many sources leaves a place that was dialed in vain', async () => {
    const rig = await many({ maxPeers: 4 });
    rig.send(device('x', 'x'), device('y', 'y'), device('z', 'z'));
    expect(names(rig)).toEqual(['x', 'y']);
    rig.tell('y', { type: 'dial.failed', refused: false, denied: false, code: 'ERR_TIMEOUT' });
    rig.send(device('z', 'z'));
    expect(names(rig)).toEqual(['x', 'z']);
  });

  it('leaves its place to a peer that is there', async () => {
    const rig = await many({ maxPeers: 2 });
    rig.send(device('x', 'x'), session('b'), session('c'));
    expect(names(rig)).toEqual(['b', 'c']);
  });
});

it('when new identities say bye, a peer that the program disconnected stays blocked', async () => {
  const rig = await many({ remembered: 3 });
  rig.send({ type: 'disconnect', id: 'b' });
  for (let n = 0; n < 10; n += 1) {
    rig.send(session(`x${n}`));
    rig.tell(`x${n}`, { type: 'remote.bye', reason: 'disconnect', incarnation: first });
  }
  rig.send(device('b', 's'));
  expect(names(rig)).toEqual([]);
  expect(rig.context.blocked.size).toBe(3);
});
