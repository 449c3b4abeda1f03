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
import { otherSide } from '../support/connection-pair.ts';

describe.each(sides)('signalling of the %s id breaks without a bye', (side) => {
  it('and is restored at once: the link lives', () => {
    const pair = connectedPair();
    const generation = generationOf(pair);
    pair.breakSessions();
    pair.run(1_000);
    expectOneLink(pair);
    expect(generationOf(pair)).toBe(generation);
    expect(openWires(pair)).toHaveLength(1);
    expect(pair.high.context.link?.signalling).toBe(pair.low.context.link?.signalling);
    expect([...reasonsOf(pair.low), ...reasonsOf(pair.high)]).toEqual([]);
  });

  it('refused and silent: gone after 300 ms', () => {
    const pair = connectedPair();
    pair.kill(otherSide(side));
    const hops = 3;
    pair.run(hops + limits.connect.goneMs - 1);
    expect(pair[side].state).toBe('connected.suspect.refused');
    pair.run(1);
    expect(reportedStates(pair[side])).toEqual(['failed: gone']);
    expect(pair[side].context.code).toBe('ERR_REFUSED');
  });

  it('refused, but heard: the link stays', () => {
    const pair = connectedPair();
    pair.conditions.tcp[side] = false;
    pair.breakSessions();
    pair.send(side, { type: 'dial.failed', refused: true, denied: false, code: 'ERR_REFUSED' });
    expect(pair[side].state).toBe('connected.suspect.refused');
    pair.run(1_000);
    expect(pair[side].state).toBe('connected.steady');
    expect(reasonsOf(pair[side])).toEqual([]);
  });

  it('and TCP passes one way only: the other side restores it', () => {
    const pair = connectedPair();
    pair.conditions.tcp[side] = false;
    pair.breakSessions();
    pair.run(1_000);
    expectOneLink(pair);
    expect([...reasonsOf(pair.low), ...reasonsOf(pair.high)]).toEqual([]);
  });

  it('and no dial passes: the link lives on, and dials go on every 5 s', () => {
    const pair = connectedPair();
    const generation = generationOf(pair);
    pair.conditions.tcp.low = false;
    pair.conditions.tcp.high = false;
    pair.breakSessions();
    pair.run(60_000);
    expect([pair.low.context.state, pair.high.context.state]).toEqual(['connected', 'connected']);
    pair.conditions.tcp[side] = true;
    pair.run(limits.connect.redialMs + 2_100);
    expectOneLink(pair);
    expect(generationOf(pair)).toBe(generation);
    expect(openWires(pair).length).toBeGreaterThan(0);
  });

  it('and no dial passes for long: from then on it is dialed once a minute', () => {
    const pair = connectedPair();
    pair.conditions.tcp.low = false;
    pair.conditions.tcp.high = false;
    pair.breakSessions();
    pair.run(300_000);
    expect([pair.low.context.state, pair.high.context.state]).toEqual(['connected', 'connected']);
    const { redials } = pair[side].context.verification;
    pair.run(600_000);
    expect(pair[side].context.verification.redials - redials).toBeGreaterThanOrEqual(9);
    expect(pair[side].context.verification.redials - redials).toBeLessThanOrEqual(10);
    pair.conditions.tcp[side] = true;
    pair.run(limits.connect.redialSlowMs + 2_100);
    expectOneLink(pair);
    expect(openWires(pair).length).toBeGreaterThan(0);
    expect(pair[side].context.verification.redials).toBeGreaterThan(0);
    pair.conditions.tcp[side] = false;
    pair.breakSessions();
    pair.run(10);
    expect(pair[side].context.verification.redials).toBe(0);
  });
});
