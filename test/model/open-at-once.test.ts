import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { ConnectionRig } from '../../src/testing/model/connection-rig.ts';
import { createPair, otherSide, type Pair, type PairOptions } from '../support/connection-pair.ts';

const sides = ['low', 'high'] as const;
const transports = ['webrtc', 'tls'] as const;

const story = ({ effects }: ConnectionRig): string[] =>
  effects.flatMap((effect) => (effect.effect === 'report' ? [`${effect.state}: ${effect.reason}`] : []));

function expectOneLink(pair: Pair, via: 'webrtc' | 'tls'): void {
  expect([pair.low.state, pair.high.state]).toEqual(['connected.steady', 'connected.steady']);
  expect(pair.links.joined()).toBe(true);
  expect([pair.low.links.size, pair.high.links.size]).toEqual([1, 1]);
  expect([pair.low.context.link?.via, pair.high.context.link?.via]).toEqual([via, via]);
}

/** The first upgrade has its turn at once, the others after so long. */
function turns(laterMs: number): () => number {
  let asked = 0;
  return () => {
    asked += 1;
    return asked === 1 ? 0 : laterMs;
  };
}

/** Connected over WebRTC, with what was told of it forgotten. */
function upgraded(options: PairOptions = {}): Pair {
  const pair = createPair({ transports, ...options });
  pair.connect();
  expectOneLink(pair, 'webrtc');
  pair.low.takeEffects();
  pair.high.takeEffects();
  return pair;
}

/** Neither side was told that the peer went. */
function expectKept(pair: Pair): void {
  for (const side of sides) expect(story(pair[side]).filter((line) => !line.startsWith('connected'))).toEqual([]);
}

describe('a connection', () => {
  it('opens over the session, and WebRTC takes over', () => {
    const pair = createPair({ transports, turnMs: () => 500 });
    pair.send('low', { type: 'connect', explicit: false });
    pair.run(10);
    for (const side of sides) expect(pair[side].context.link?.via).toBe('tls');
    pair.run(600);
    expectOneLink(pair, 'webrtc');
    for (const side of sides) {
      const what = story(pair[side]).slice(-2);
      expect(what).toEqual(['connected: opened', 'connected: upgraded']);
    }
  });

  it.each(sides)('keeps its upgrade, however long the turn takes, when the %s id hears news', (side) => {
    for (let at = 0; at < 40; at += 1) {
      const pair = createPair({ transports, turnMs: () => 20 });
      pair.send('low', { type: 'connect', explicit: false });
      pair.run(5 + at);
      const before = pair.low.context.negotiation.linksStarted;
      pair.send(side, { type: 'hint', fresh: true, network: true });
      pair.run(1_000);
      expectOneLink(pair, 'webrtc');
      // One link over TLS and one over WebRTC: none was begun again.
      expect(before).toBeGreaterThan(0);
      expect([at, pair.low.context.negotiation.linksStarted]).toEqual([at, 2]);
    }
  });

  it.each(sides)(
    'keeps its upgrade when the %s id begins the fallback late or early: no clock but the offerer’s',
    (side) => {
      const pair = createPair({ transports, turnMs: () => 0 });
      pair.conditions.udp = false;
      pair.send('low', { type: 'connect', explicit: false });
      // Longer than any time limit of the answerer could be; the offerer's own is that of its link, outside the machine.
      pair.run(5 * limits.connect.timeoutMs);
      expect(pair[side].state).toBe('connected.upgrading');
      pair.restoreUdp();
      pair.run(1_000);
      expectOneLink(pair, 'webrtc');
      expect(pair.low.context.negotiation.linksStarted).toBe(2);
    },
  );
});

describe.each(sides)('the link of the %s id ends while the session lives', (side) => {
  it('and one over the session takes its place: the peer never leaves', () => {
    const pair = upgraded({ turnMs: turns(10_000) });
    pair.links.fail(pair.hosts[side]);
    pair.run(20);
    for (const one of sides) {
      expect(story(pair[one])).toEqual(['connected: fallback']);
      expect(pair[one].context.link?.via).toBe('tls');
    }
    pair.run(11_000);
    expectOneLink(pair, 'webrtc');
    expectKept(pair);
  });

  it('again and again: the upgrades come later and later', () => {
    const pair = upgraded({ random: () => 1 - Number.EPSILON });
    const waits: number[] = [];
    for (let no = 0; no < 6; no += 1) {
      pair.links.fail(pair.hosts[side]);
      pair.run(20);
      waits.push(pair.low.context.upgrade.delayMs);
      pair.run(pair.low.context.upgrade.delayMs + 50);
      expectOneLink(pair, 'webrtc');
    }
    expectKept(pair);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(10_000);
  });

  it('and so does that: the connection fails if a link over the session ends five times at once', () => {
    const pair = upgraded({ turnMs: turns(60_000) });
    pair.links.fail(pair.hosts[side]);
    pair.run(20);
    for (let no = 0; no < 5; no += 1) {
      pair.links.fail(pair.hosts[side]);
      pair.run(20);
    }
    expect(story(pair[side])).toContain('failed: link-lost');
  });

  it('and what the peer did wrong waits its back-off out', () => {
    const pair = upgraded();
    const no = pair[side].context.link?.no ?? 0;
    pair.send(side, { type: 'link.down', no, silent: false, code: 'ERR_PROTOCOL' });
    expect(story(pair[side])).toEqual(['failed: link-lost']);
  });
});

describe('a link that falls silent', () => {
  it('is replaced by one over the session before it is down', () => {
    const pair = upgraded({ turnMs: turns(60_000) });
    pair.cutUdp();
    pair.run(limits.link.suspectMs + 20);
    for (const side of sides) expect(story(pair[side])).toEqual(['connected: fallback']);
  });

  it('has that beside it also while it is in doubt', () => {
    const pair = upgraded({ turnMs: turns(60_000) });
    pair.cutUdp();
    pair.run(limits.link.suspectMs - 500);
    for (const side of sides) pair.conditions.tcp[side] = false;
    pair.send('low', { type: 'hint', fresh: true, network: true });
    expect(pair.low.state).toMatch(/^connected.verifying/);
    pair.run(600);
    for (const side of sides) expect(story(pair[side])).toEqual(['connected: fallback']);
  });

  it.each(sides)('is down after its time where the session does not carry either: the %s id', (side) => {
    const pair = upgraded();
    pair.cutUdp();
    for (const wire of pair.wires) wire.open[otherSide(side)] = false;
    for (const one of sides) pair.conditions.tcp[one] = false;
    pair.run(limits.link.downMs + limits.connect.goneMs);
    expect(story(pair[side])[0]).toBe('failed: silent');
  });
});

describe('an older run of the peer', () => {
  it('that offers while it is being looked into is taken where the link does not answer', () => {
    const pair = upgraded();
    const { incarnation } = pair.hosts.low;
    pair.kill('low');
    pair.conditions.tcp.high = false;
    pair.start('low', { counter: incarnation.counter - 50, random: 'f'.repeat(16) });
    pair.send('low', { type: 'connect', explicit: false });
    pair.run(limits.connect.identityConflictMs + 500);
    for (const side of sides) expect(pair[side].context.state).toBe('connected');
  });
});
