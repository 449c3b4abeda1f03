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
import { createPair, otherSide, type Pair } from '../support/connection-pair.ts';

describe('a hint', () => {
  function waiting(): Pair {
    const pair = createPair({ random: () => 1 - Number.EPSILON });
    pair.kill('high');
    pair.send('low', { type: 'connect', explicit: false });
    pair.run(16_000);
    expect(pair.low.state).toBe('failed.waiting');
    pair.start('high');
    return pair;
  }

  it('of a device that was silent before retries at once what failed', () => {
    const pair = waiting();
    pair.send('low', { type: 'hint', fresh: false, back: true });
    pair.run(10);
    expectOneLink(pair);
    expect(reasonsOf(pair.low)).toContain('hint');
  });

  it('that says what was known changes nothing', () => {
    const pair = waiting();
    const { attempt, delayMs } = pair.low.context.retry;
    for (let second = 0; second < 5; second += 1) {
      pair.send('low', { type: 'hint', fresh: false });
      expect(pair.low.state).toBe('failed.waiting');
      pair.run(1_000);
    }
    expect(pair.low.context).toMatchObject({ retry: { attempt, delayMs } });
  });

  it('that is news during an attempt retries at once when that has failed', () => {
    const pair = waiting();
    pair.kill('high');
    pair.conditions.tcp.low = false;
    pair.send('low', { type: 'hint', fresh: true });
    pair.run(10);
    expect(pair.low.context.state).toBe('connecting');
    pair.send('low', { type: 'hint', fresh: true });
    pair.send('low', { type: 'dial.failed', refused: true, denied: false, code: 'ERR_REFUSED' });
    expect(pair.low.context).toMatchObject({ state: 'failed', retry: { delayMs: 0 } });
    pair.run(1);
    expect(pair.low.context).toMatchObject({ state: 'connecting', retry: { attempt: 1 } });
  });

  it('that is news begins the back-off anew', () => {
    const pair = waiting();
    expect(pair.low.context.retry.attempt).toBeGreaterThan(3);
    pair.kill('high');
    pair.send('low', { type: 'hint', fresh: true });
    expect(pair.low.context.retry.attempt).toBe(1);
  });

  it('never touches a live link: it is asked whether it lives, and answers', () => {
    const pair = connectedPair();
    for (const side of sides) {
      pair.send(side, { type: 'hint', fresh: true });
      pair.send(side, { type: 'hint', fresh: true });
      pair.send(side, { type: 'hint', fresh: false });
    }
    pair.run(5_000);
    expectOneLink(pair);
    for (const rig of [pair.low, pair.high]) expect(rig.effects).toEqual([{ effect: 'probe', no: 1 }]);
  });
});

describe.each(sides)('the network of the %s id changes', (side) => {
  const changed = { type: 'hint', fresh: true, network: true } as const;

  it('and the link answers: nothing else happens', () => {
    const pair = connectedPair();
    const generation = generationOf(pair);
    for (let no = 0; no < 20; no += 1) {
      pair.send(side, changed);
      pair.run(100);
    }
    expectOneLink(pair);
    expect([generationOf(pair), openWires(pair).length]).toEqual([generation, 1]);
  });

  it('and the link is dead: a new one takes over at once, and no side was failed', () => {
    const pair = connectedPair();
    const generation = generationOf(pair);
    pair.cutUdp();
    pair.send(side, changed);
    pair.run(limits.connect.probeMs + 100);
    pair.conditions.udp = true;
    pair.run(400);
    expectOneLink(pair);
    expect(generationOf(pair)).toBeGreaterThan(generation);
    for (const rig of [pair.low, pair.high]) expect(reportedStates(rig)).toEqual(['connected: replaced']);
    pair.run(10_000);
    expect(openWires(pair)).toHaveLength(1);
  });

  it('and the peer is gone: that is noticed sooner than by silence', () => {
    const pair = connectedPair();
    pair.send(side, changed);
    pair.kill(otherSide(side));
    pair.run(limits.connect.probeMs + limits.connect.goneMs + 300);
    expect(reasonsOf(pair[side])).toContain('gone');
  });

  it('and nothing answers in time: the doubt is dropped, the time limits of the link decide', () => {
    const pair = connectedPair();
    pair.cutUdp();
    pair.conditions.tcp[side] = false;
    pair.send(side, changed);
    pair.run(limits.connect.verifyMs + 10);
    expect(pair[side].state).toBe('connected.steady');
  });
});
