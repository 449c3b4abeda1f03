import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { Incarnation } from '../../src/protocol/incarnation.ts';
import {
  connectedPair,
  expectOneLink,
  generationOf,
  openWires,
  reasonsOf,
  reportedStates,
  sides,
} from '../support/connected-pair.ts';
import { otherSide, type Pair } from '../support/connection-pair.ts';

describe.each(sides)('the %s id restarts', (side) => {
  const stays = otherSide(side);

  it('and its new run replaces the link at once', () => {
    const pair = connectedPair();
    pair.start(side);
    pair.send(side, { type: 'connect', explicit: true });
    pair.run(100);
    expectOneLink(pair);
    expect(reportedStates(pair[stays])).toEqual(['failed: restarted', 'connecting: retry', 'connected: opened']);
    expect(pair[stays].context.link?.incarnation).toEqual(pair.hosts[side].incarnation);
    expect(openWires(pair)).toHaveLength(1);
  });

  it('and is taken back after it was found to be gone', () => {
    const pair = connectedPair();
    pair.kill(side);
    pair.run(10_000);
    expect(pair[stays].context.state).not.toBe('connected');
    pair.start(side);
    pair.send(side, { type: 'connect', explicit: false });
    pair.run(1_000);
    expectOneLink(pair);
  });
});

describe.each(sides)('an older copy of the %s id', (side) => {
  const keeps = otherSide(side);
  const olderThan = ({ counter }: Incarnation): Incarnation => ({ counter: counter - 1, random: 'cccccccccccccccc' });

  /** A run of an older copy of the state directory dials the other side; the first is there no more, or still is. */
  function contest(pair: Pair): void {
    const key = 'copied';
    const incarnation = olderThan(pair.hosts[side].incarnation);
    pair.send(keeps, {
      type: 'signalling.opened',
      key,
      opener: 'remote',
      incarnation,
      remoteGeneration: 0,
      localGeneration: generationOf(pair),
    });
  }

  it('is sent away when the link answers the probe', () => {
    const pair = connectedPair();
    const generation = generationOf(pair);
    contest(pair);
    expect(pair[keeps].state).toBe('connected.identityConflict');
    expect(pair[keeps].links.size).toBe(1);
    pair.run(10);
    expectOneLink(pair);
    expect(pair[keeps].effects.filter(({ effect }) => effect !== 'probe')).toEqual([
      { effect: 'end', key: 'copied', reason: 'instance' },
    ]);
    expect(generationOf(pair)).toBe(generation);
  });

  it('replaces a link that does not answer for 2 s, and not before', () => {
    const pair = connectedPair();
    pair.cutUdp();
    contest(pair);
    pair.run(limits.connect.identityConflictMs - 1);
    expect(pair[keeps].state).toBe('connected.identityConflict');
    pair.run(1);
    expect(reportedStates(pair[keeps])[0]).toBe('failed: contested');
    expect(pair[keeps].effects).toContainEqual({ effect: 'end', key: 's1', reason: 'instance' });
    pair.run(1);
    expect(pair[keeps].state).toBe('connecting.linking.negotiating');
    expect(pair[keeps].context.signalling.map(({ key }) => key)).toEqual(['copied']);
  });
});

describe.each(sides)('the %s id loses its end of a link that the other believes in', (side) => {
  /** Signalling breaks with it, so that nothing tells the other side. */
  function lose(pair: Pair): void {
    pair.conditions.tcp.low = false;
    pair.conditions.tcp.high = false;
    pair.cutUdp();
    pair.breakSessions();
    pair.links.fail(pair.hosts[side]);
    pair.run(0);
    pair.conditions.udp = true;
    pair.conditions.tcp[side] = true;
  }

  it('and the session that it opens brings a new link without a failure of the other', () => {
    const pair = connectedPair();
    const generation = generationOf(pair);
    lose(pair);
    pair.run(4_000);
    expectOneLink(pair);
    expect(generationOf(pair)).toBeGreaterThan(generation);
    expect(reasonsOf(pair[otherSide(side)])).toEqual(['replaced']);
    expect(reasonsOf(pair[side])).toContain('link-lost');
  });
});

describe('a peer that crashes again and again', () => {
  it('waits its back-off out, whatever it announces; a link that lasts sets it right', () => {
    const pair = connectedPair({ random: () => 1 - Number.EPSILON });
    const attempts = (): number => pair.low.context.retry.attempt;
    for (let no = 0; no < limits.backoff.crashes; no += 1) {
      pair.start('high');
      pair.send('high', { type: 'connect', explicit: true });
      pair.run(1_000);
    }
    expectOneLink(pair);
    pair.kill('high');
    pair.run(1_000);
    expect(pair.low.context.state).toBe('failed');
    const before = attempts();
    pair.send('low', { type: 'hint', fresh: true }, { type: 'hint', fresh: false });
    expect([pair.low.context.state, attempts()]).toEqual(['failed', before]);
    pair.send('low', { type: 'hint', fresh: true, network: true });
    expect(pair.low.context.state).toBe('connecting');
    pair.start('high');
    pair.send('high', { type: 'connect', explicit: true });
    pair.run(limits.backoff.stableMs + 1_000);
    expectOneLink(pair);
    pair.kill('high');
    pair.run(1_000);
    pair.send('low', { type: 'hint', fresh: true });
    expect(pair.low.context.state).toBe('connecting');
  });
});
