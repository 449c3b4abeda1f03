import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { expectOneLink, openWires, reasonsOf, reportedStates, sides } from '../support/connected-pair.ts';
import { createPair, otherSide } from '../support/connection-pair.ts';

describe('which side dials', () => {
  it('the lower id at once, the higher one not within the head start', () => {
    const pair = createPair();
    pair.connect();
    expectOneLink(pair);
    expect(pair.wires).toHaveLength(1);
    expect(pair.trace).toContain('4 low signalling.opened');
  });

  it('the higher id after its head start, when the lower one cannot reach it', () => {
    const pair = createPair({ random: () => 0.5 });
    pair.conditions.tcp.low = false;
    pair.connect();
    expectOneLink(pair);
    expect(pair.trace).toContain('604 high signalling.opened');
  });

  it('the higher id at once when the program asked it to connect', () => {
    const pair = createPair();
    pair.conditions.tcp.low = false;
    pair.send('high', { type: 'connect', explicit: true });
    pair.run(10);
    expectOneLink(pair);
  });

  it('a dial that fails does not fail an attempt that has another session', () => {
    const pair = createPair();
    pair.conditions.tcp.low = false;
    pair.connect();
    pair.run(5_000);
    expectOneLink(pair);
    expect(reportedStates(pair.low)).toEqual(['new: announced', 'connecting: announced', 'connected: opened']);
  });

  it('both at one moment: one link, one session, no retry', () => {
    const pair = createPair();
    pair.send('low', { type: 'connect', explicit: true });
    pair.send('high', { type: 'connect', explicit: true });
    pair.run(1_000);
    expectOneLink(pair);
    expect(pair.wires).toHaveLength(2);
    expect(openWires(pair).map(({ key }) => key)).toEqual([pair.low.context.link?.signalling]);
    expect(pair.high.context.link?.signalling).toBe(pair.low.context.link?.signalling);
    for (const side of sides) {
      expect(reasonsOf(pair[side]).filter((reason) => reason === 'opened')).toHaveLength(1);
      expect(pair[side].context.retry.attempt).toBe(1);
    }
    expect(pair.high.effects.filter(({ effect }) => effect === 'end')).toEqual([]);
  });

  it.each(sides)(
    'a session too many is ended by the lower id alone, once the link is up: seen by the %s id',
    (side) => {
      const pair = createPair();
      pair.send(side, { type: 'connect', explicit: true });
      pair.run(4);
      expect(pair[side].state).toMatch(/^connecting\.linking/);
      const { incarnation } = pair.hosts[otherSide(side)];
      pair.send(side, {
        type: 'signalling.opened',
        key: 'spare',
        opener: 'local',
        incarnation,
        remoteGeneration: 0,
        localGeneration: 0,
      });
      expect(pair[side].effects.filter(({ effect }) => effect === 'end')).toEqual([]);
      pair.run(100);
      expectOneLink(pair);
      expect(pair[side].effects.filter(({ effect }) => effect === 'end')).toEqual(
        side === 'low' ? [{ effect: 'end', key: 'spare', reason: 'duplicate' }] : [],
      );
    },
  );

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('one link when the higher id is asked %i ms after the lower', (ms) => {
    const pair = createPair();
    pair.send('low', { type: 'connect', explicit: true });
    pair.run(ms);
    pair.send('high', { type: 'connect', explicit: true });
    pair.run(1_000);
    expectOneLink(pair);
    expect(openWires(pair)).toHaveLength(1);
    expect(reasonsOf(pair.low)).not.toContain('retry');
    expect(reasonsOf(pair.high)).not.toContain('retry');
  });
});

describe('a dial that waits behind others of its node', () => {
  it('takes nothing from the time of the attempt', () => {
    const pair = createPair();
    pair.conditions.tcp.low = false;
    pair.conditions.tcp.high = false;
    pair.hosts.low.alive = false;
    const { low } = pair;
    low.send({ type: 'connect', explicit: false });
    pair.run(10 * limits.connect.timeoutMs);
    expect(low.state).toBe('connecting.reaching.queued');
    low.send({ type: 'dial.begun' });
    pair.run(limits.connect.dialMs - 1);
    expect(low.context.state).toBe('connecting');
    pair.run(1);
    expect(low.context).toMatchObject({ state: 'failed', reason: 'timeout' });
  });
});
