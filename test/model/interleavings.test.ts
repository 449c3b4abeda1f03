import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { Reason } from '../../src/machines/reasons.ts';
import type { Incarnation } from '../../src/protocol/incarnation.ts';
import type { ConnectionRig } from '../../src/testing/model/connection-rig.ts';
import { createPair, otherSide, type Pair } from '../support/connection-pair.ts';

const sides = ['low', 'high'] as const;

/** The states that a side reported, with the reasons for them. */
const story = ({ effects }: ConnectionRig): string[] =>
  effects.flatMap((effect) => (effect.effect === 'report' ? [`${effect.state}: ${effect.reason}`] : []));
const reasonsOf = ({ effects }: ConnectionRig): Reason[] =>
  effects.flatMap((effect) => (effect.effect === 'report' ? [effect.reason] : []));
const openWires = ({ wires }: Pair) => wires.filter(({ open }) => open.low || open.high);

function expectOneLink(pair: Pair): void {
  expect([pair.low.state, pair.high.state]).toEqual(['connected.steady', 'connected.steady']);
  expect(pair.links.joined()).toBe(true);
  expect(pair.low.links.size).toBe(1);
  expect(pair.high.links.size).toBe(1);
  expect(pair.low.context.link?.generation).toBe(pair.high.context.link?.generation);
}

function connected(options: Parameters<typeof createPair>[0] = {}): Pair {
  const pair = createPair(options);
  pair.connect();
  expectOneLink(pair);
  pair.low.takeEffects();
  pair.high.takeEffects();
  return pair;
}

const generationOf = (pair: Pair): number => pair.low.context.link?.generation ?? 0;

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
    expect(story(pair.low)).toEqual(['new: announced', 'connecting: announced', 'connected: opened']);
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

describe.each(sides)('the %s id restarts', (side) => {
  const stays = otherSide(side);

  it('and its new run replaces the link at once', () => {
    const pair = connected();
    pair.start(side);
    pair.send(side, { type: 'connect', explicit: true });
    pair.run(100);
    expectOneLink(pair);
    expect(story(pair[stays])).toEqual(['failed: restarted', 'connecting: retry', 'connected: opened']);
    expect(pair[stays].context.link?.incarnation).toEqual(pair.hosts[side].incarnation);
    expect(openWires(pair)).toHaveLength(1);
  });

  it('and is taken back after it was found to be gone', () => {
    const pair = connected();
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
    const pair = connected();
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
    const pair = connected();
    pair.cutUdp();
    contest(pair);
    pair.run(limits.connect.contestMs - 1);
    expect(pair[keeps].state).toBe('connected.identityConflict');
    pair.run(1);
    expect(story(pair[keeps])[0]).toBe('failed: contested');
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
    const pair = connected();
    const generation = generationOf(pair);
    lose(pair);
    pair.run(4_000);
    expectOneLink(pair);
    expect(generationOf(pair)).toBeGreaterThan(generation);
    expect(reasonsOf(pair[otherSide(side)])).toEqual(['replaced']);
    expect(reasonsOf(pair[side])).toContain('link-lost');
  });
});

describe('a link that stalls', () => {
  it('is followed by a new generation on the same session, without back-off', () => {
    const pair = createPair();
    pair.conditions.stalls = 2;
    pair.connect();
    pair.run(2 * limits.connect.stallMs - 900);
    expectOneLink(pair);
    expect(pair.wires).toHaveLength(1);
    expect(story(pair.low)).toEqual(['new: announced', 'connecting: announced', 'connected: opened']);
    expect(pair.low.context.negotiation.linksStarted).toBe(3);
  });

  it('fails the attempt after so many generations or so much time', () => {
    const pair = createPair({ policy: { connectMs: 60_000 } });
    pair.conditions.stalls = limits.connect.epochsPerAttempt;
    pair.connect();
    pair.run(limits.connect.epochsPerAttempt * limits.connect.stallMs);
    expect(reasonsOf(pair.low)).toContain('stalled');
    pair.run(2_000);
    expectOneLink(pair);
  });

  it('gives the attempt up after six of 3 s each', () => {
    const pair = createPair();
    const { epochsPerAttempt, stallMs } = limits.connect;
    pair.conditions.stalls = 100;
    pair.send('low', { type: 'connect', explicit: false });
    pair.run(4);
    expect(pair.low.state).toMatch(/^connecting.linking/);
    pair.run(epochsPerAttempt * stallMs - 1);
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

describe('a replacement that dies', () => {
  it.each(['dies', 'stalls'])('leaves the old link where it was when it %s', (how) => {
    const pair = connected();
    const generation = generationOf(pair);
    if (how === 'stalls') pair.conditions.stalls = limits.connect.epochsPerAttempt;
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
    else pair.run(limits.connect.epochsPerAttempt * limits.connect.stallMs);
    expectOneLink(pair);
    expect(generationOf(pair)).toBe(generation);
    expect(replacement?.generation).toBeGreaterThan(generation);
    expect(reasonsOf(pair.low)).toEqual([]);
  });
});

describe.each(sides)('the %s id leaves', (side) => {
  it.each(['disconnect', 'stopping'] as const)('with a bye: %s', (reason) => {
    const pair = connected();
    pair.send(side, { type: 'close', reason });
    pair.run(10);
    expect(story(pair[side])).toEqual([`closed: ${reason}`]);
    expect(story(pair[otherSide(side)])).toEqual([`closed: remote-${reason}`]);
    expect(openWires(pair)).toEqual([]);
    expect(pair.low.links.size + pair.high.links.size).toBe(0);
    expect(pair.clock.pending).toBe(0);
  });

  it('with a bye that only the link can carry', () => {
    const pair = connected();
    pair.conditions.tcp.low = false;
    pair.conditions.tcp.high = false;
    pair.breakSessions();
    pair.send(side, { type: 'close', reason: 'stopping' });
    pair.run(10);
    expect(pair[otherSide(side)].context).toMatchObject({ state: 'closed', reason: 'remote-stopping' });
  });
});

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
    const pair = connected();
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
    const pair = connected();
    const generation = generationOf(pair);
    for (let no = 0; no < 20; no += 1) {
      pair.send(side, changed);
      pair.run(100);
    }
    expectOneLink(pair);
    expect([generationOf(pair), openWires(pair).length]).toEqual([generation, 1]);
  });

  it('and the link is dead: a new one takes over at once, and no side was failed', () => {
    const pair = connected();
    const generation = generationOf(pair);
    pair.cutUdp();
    pair.send(side, changed);
    pair.run(limits.connect.askMs + 100);
    pair.conditions.udp = true;
    pair.run(400);
    expectOneLink(pair);
    expect(generationOf(pair)).toBeGreaterThan(generation);
    for (const rig of [pair.low, pair.high]) expect(story(rig)).toEqual(['connected: replaced']);
    pair.run(10_000);
    expect(openWires(pair)).toHaveLength(1);
  });

  it('and the peer is gone: that is noticed sooner than by silence', () => {
    const pair = connected();
    pair.send(side, changed);
    pair.kill(otherSide(side));
    pair.run(limits.connect.askMs + limits.connect.goneMs + 300);
    expect(reasonsOf(pair[side])).toContain('gone');
  });

  it('and nothing answers in time: the doubt is dropped, the time limits of the link decide', () => {
    const pair = connected();
    pair.cutUdp();
    pair.conditions.tcp[side] = false;
    pair.send(side, changed);
    pair.run(limits.connect.doubtMs + 10);
    expect(pair[side].state).toBe('connected.steady');
  });
});

describe('a peer that crashes again and again', () => {
  it('waits its back-off out, whatever it announces; a link that lasts sets it right', () => {
    const pair = connected({ random: () => 1 - Number.EPSILON });
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

describe.each(sides)('signalling of the %s id breaks without a bye', (side) => {
  it('and is restored at once: the link lives', () => {
    const pair = connected();
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
    const pair = connected();
    pair.kill(otherSide(side));
    const hops = 3;
    pair.run(hops + limits.connect.goneMs - 1);
    expect(pair[side].state).toBe('connected.suspect.refused');
    pair.run(1);
    expect(story(pair[side])).toEqual(['failed: gone']);
    expect(pair[side].context.code).toBe('ERR_REFUSED');
  });

  it('refused, but heard: the link stays', () => {
    const pair = connected();
    pair.conditions.tcp[side] = false;
    pair.breakSessions();
    pair.send(side, { type: 'dial.failed', refused: true, denied: false, code: 'ERR_REFUSED' });
    expect(pair[side].state).toBe('connected.suspect.refused');
    pair.run(1_000);
    expect(pair[side].state).toBe('connected.steady');
    expect(reasonsOf(pair[side])).toEqual([]);
  });

  it('and TCP passes one way only: the other side restores it', () => {
    const pair = connected();
    pair.conditions.tcp[side] = false;
    pair.breakSessions();
    pair.run(1_000);
    expectOneLink(pair);
    expect([...reasonsOf(pair.low), ...reasonsOf(pair.high)]).toEqual([]);
  });

  it('and no dial passes: the link lives on, and dials go on every 5 s', () => {
    const pair = connected();
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
    const pair = connected();
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

describe('a cut path', () => {
  it('is found after 8 s, and the peers are back together within 3 s of its return', () => {
    const pair = connected();
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
    const pair = connected();
    pair.cutUdp();
    pair.run(7_000);
    pair.restoreUdp();
    pair.run(60_000);
    expectOneLink(pair);
    expect([...pair.low.effects, ...pair.high.effects]).toEqual([]);
  });
});
