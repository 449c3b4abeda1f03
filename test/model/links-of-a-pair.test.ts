import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import {
  connectedPair,
  expectOneLink,
  generationOf,
  openWires,
  reasonsOf,
  reportedStates,
  sides,
} from '../support/connected-pair.ts';
import { createPair, otherSide } from '../support/connection-pair.ts';

describe('a link that stalls', () => {
  it('is followed by a new generation on the same session, without back-off', () => {
    const pair = createPair();
    pair.conditions.stalls = 2;
    pair.connect();
    pair.run(2 * limits.connect.stallMs - 900);
    expectOneLink(pair);
    expect(pair.wires).toHaveLength(1);
    expect(reportedStates(pair.low)).toEqual(['new: announced', 'connecting: announced', 'connected: opened']);
    expect(pair.low.context.negotiation.linksStarted).toBe(3);
  });

  it('fails the attempt after so many generations or so much time', () => {
    const pair = createPair({ policy: { connectMs: 60_000 } });
    pair.conditions.stalls = limits.connect.linksPerAttempt;
    pair.connect();
    pair.run(limits.connect.linksPerAttempt * limits.connect.stallMs);
    expect(reasonsOf(pair.low)).toContain('stalled');
    pair.run(2_000);
    expectOneLink(pair);
  });

  it('gives the attempt up after six of 3 s each', () => {
    const pair = createPair();
    const { linksPerAttempt, stallMs } = limits.connect;
    pair.conditions.stalls = 100;
    pair.send('low', { type: 'connect', explicit: false });
    pair.run(4);
    expect(pair.low.state).toMatch(/^connecting.linking/);
    pair.run(linksPerAttempt * stallMs - 1);
    expect(pair.low.context.state).toBe('connecting');
    pair.run(1);
    expect(pair.low.context).toMatchObject({ state: 'failed', reason: 'stalled', code: 'ERR_TIMEOUT' });
    expect(pair.low.context.signalling).toEqual([]);
  });

  it('waits as the higher id for 15 s for another offer', () => {
    const pair = createPair();
    pair.conditions.stalls = 100;
    pair.send('low', { type: 'connect', explicit: false });
    pair.run(5);
    expect(pair.high.state).toMatch(/^connecting.linking/);
    for (const wire of pair.wires) wire.open.low = false;
    // Until the offerer gives that one up, and then as long as another might come.
    pair.run(limits.connect.stallMs + limits.connect.timeoutMs + 10);
    expect(pair.high.effects).toContainEqual(expect.objectContaining({ state: 'failed', reason: 'timeout' }));
  });
});

describe('a replacement that dies', () => {
  it.each(['dies', 'stalls'])('leaves the old link where it was when it %s', (how) => {
    const pair = connectedPair();
    const generation = generationOf(pair);
    if (how === 'stalls') pair.conditions.stalls = limits.connect.linksPerAttempt;
    pair.send('low', {
      type: 'signalling.opened',
      key: 'broken',
      opener: 'remote',
      incarnation: pair.hosts.high.incarnation,
      remoteGeneration: 0,
      localGeneration: generation,
    });
    expect(pair.low.state).toBe('connected.replacing');
    expect(pair.low.links.size).toBe(2);
    const { replacement } = pair.low.context;
    if (how === 'dies') pair.send('low', { type: 'signalling.closed', key: 'broken', bye: null });
    else pair.run(limits.connect.linksPerAttempt * limits.connect.stallMs);
    expectOneLink(pair);
    expect(generationOf(pair)).toBe(generation);
    expect(replacement?.generation).toBeGreaterThan(generation);
    expect(reasonsOf(pair.low)).toEqual([]);
  });
});

describe.each(sides)('the %s id leaves', (side) => {
  it.each(['disconnect', 'stopping'] as const)('with a bye: %s', (reason) => {
    const pair = connectedPair();
    pair.send(side, { type: 'close', reason });
    pair.run(10);
    expect(reportedStates(pair[side])).toEqual([`closed: ${reason}`]);
    expect(reportedStates(pair[otherSide(side)])).toEqual([`closed: remote-${reason}`]);
    expect(openWires(pair)).toEqual([]);
    expect(pair.low.links.size + pair.high.links.size).toBe(0);
    expect(pair.clock.pending).toBe(0);
  });

  it('with a bye that only the link can carry', () => {
    const pair = connectedPair();
    pair.conditions.tcp.low = false;
    pair.conditions.tcp.high = false;
    pair.breakSessions();
    pair.send(side, { type: 'close', reason: 'stopping' });
    pair.run(10);
    expect(pair[otherSide(side)].context).toMatchObject({ state: 'closed', reason: 'remote-stopping' });
  });
});

describe('a cut path', () => {
  it('is found after 8 s, and the peers are back together within 3 s of its return', () => {
    const pair = connectedPair();
    pair.conditions.tcp.low = false;
    pair.conditions.tcp.high = false;
    pair.cutUdp();
    pair.run(limits.link.downMs - 1);
    expect(pair.low.state).toBe('connected.suspect.silent');
    pair.run(1);
    expect(pair.low.context).toMatchObject({ state: 'failed', reason: 'silent' });
    pair.run(60_000);
    pair.restoreUdp();
    pair.conditions.tcp.low = true;
    pair.conditions.tcp.high = true;
    pair.run(3_000);
    expectOneLink(pair);
  });

  it('that is whole again within 8 s leaves no trace but the probes', () => {
    const pair = connectedPair();
    pair.cutUdp();
    pair.run(7_000);
    pair.restoreUdp();
    pair.run(60_000);
    expectOneLink(pair);
    expect([...pair.low.effects, ...pair.high.effects]).toEqual([]);
  });
});
