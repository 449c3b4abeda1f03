import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { ConnectionEvent } from '../../src/machines/connection/events.ts';
import { connectionEventsIn } from '../../src/testing/model/connection-graph.ts';
import { type ConnectionRig, createConnectionRig } from '../../src/testing/model/connection-rig.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';

/** Time that passes, in ms, or one of the events that can happen then, picked by a number; `onward`: of those that make a link. */
type Move = { readonly ms: number } | { readonly pick: number; readonly onward: boolean };

const waysOnward: readonly string[] = ['connect', 'signalling.opened', 'offer', 'link.negotiated', 'link.open'];

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ pick: fc.nat(), onward: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ ms: fc.nat({ max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ ms: fc.nat({ max: 40_000 }) }) },
);
const moves = fc.array(move, { maxLength: 60, size: 'max' });
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const randoms = fc.array(fraction, { minLength: 1, maxLength: 8 });

interface Seen {
  readonly rig: ConnectionRig;
  readonly move: Move;
  readonly at: number;
  readonly before: ConnectionRig['context'];
}

/** Plays the moves to a new connection; `look` is called after each. Gives the trace of all that it did. */
function play(
  offers: boolean,
  sequence: readonly Move[],
  numbers: readonly number[],
  look: (seen: Seen) => void = () => undefined,
): string[] {
  const clock = createVirtualClock();
  const trace: string[] = [];
  let drawn = 0;
  const rig = createConnectionRig({
    offers,
    clock,
    random: () => {
      drawn += 1;
      return numbers[drawn % numbers.length] ?? 0;
    },
    onEffect: (effect) => trace.push(`${clock.monotonic()} ${JSON.stringify(effect)}`),
    onLink: ({ input }) => {
      trace.push(`${clock.monotonic()} link ${JSON.stringify(input)}`);
      return () => trace.push(`${clock.monotonic()} link ${input.no} stopped`);
    },
    onDial: () => {
      trace.push(`${clock.monotonic()} dial`);
      return () => trace.push(`${clock.monotonic()} dial stopped`);
    },
  });
  for (const one of sequence) {
    const before = rig.context;
    if ('ms' in one) clock.advance(one.ms);
    else if (rig.actor.getSnapshot().status === 'active') {
      // Time is the clock's: no event stands in for it here.
      const events = connectionEventsIn(rig.actor.getSnapshot()).filter(({ type }) =>
        one.onward ? waysOnward.includes(type) : !type.startsWith('xstate.'),
      );
      const event = events[one.pick % events.length];
      if (event && 'key' in event && event.type === 'signalling.opened') trace.push(`session ${event.key}`);
      if (event) rig.send(event as ConnectionEvent);
    }
    look({ rig, move: one, at: clock.monotonic(), before });
  }
  rig.actor.stop();
  trace.push(`${rig.links.size} links, ${rig.dialers.size} dialers, ${clock.pending} timers`);
  return trace;
}

describe.each([
  { side: 'lower id', offers: true },
  { side: 'higher id', offers: false },
])('any sequence of events and time at the $side', ({ offers }) => {
  const check = (look: (seen: Seen) => void): void =>
    fc.assert(
      fc.property(moves, randoms, (sequence, numbers) => void play(offers, sequence, numbers, look)),
      { numRuns: 400 },
    );

  it('never breaks the machine', () => {
    check(({ rig }) => {
      expect(rig.errors).toEqual([]);
      expect(rig.actor.getSnapshot().status).not.toBe('error');
    });
  });

  it('keeps one link, and a second one only while that is to replace the first', () => {
    check(({ rig: { state, links, context } }) => {
      const replaces = context.state === 'connected' && state !== 'connected.steady';
      expect(links.size).toBeLessThanOrEqual(replaces ? 2 : 1);
      if (context.state === 'connected') expect(links.has(context.link?.no ?? -1)).toBe(true);
      if (['new', 'failed', 'closed'].includes(context.state)) expect(links.size).toBe(0);
    });
  });

  it('shows one link at a time: each report of a new one follows the end of the old one', () => {
    check(({ rig: { context, effects } }) => {
      const shown = effects.findLast(({ effect }) => effect === 'report');
      const generation = context.state === 'connected' ? context.link?.generation : null;
      expect(shown).toMatchObject({ state: context.state, generation });
    });
  });

  it('starts links of one session in the rising order of their generations', () => {
    let links = 0;
    fc.assert(
      fc.property(moves, randoms, (sequence, numbers) => {
        const taken = new Map<string, number[]>();
        for (const line of play(offers, sequence, numbers)) {
          const [, opened] = /^session (.+)/.exec(line) ?? [];
          if (opened !== undefined) taken.set(opened, []);
          const [, generation, key = ''] = /"generation":(\d+),"signalling":"([^"]+)"/.exec(line) ?? [];
          if (generation === undefined) continue;
          const before = taken.get(key);
          expect(Number(generation)).toBeGreaterThan(before?.at(-1) ?? 0);
          before?.push(Number(generation));
          links += 1;
        }
      }),
      { numRuns: 400 },
    );
    expect(links).toBeGreaterThan(20);
  });

  it('forgets its failures only after a stable link, or when there is news', () => {
    let connectedSince = 0;
    check(({ rig: { context, effects }, move: last, at, before }) => {
      if (before.retry.attempt === 0) connectedSince = 0;
      const waited = 'ms' in last && before.state === 'connected';
      if (context.state === 'connected' && before.state !== 'connected') connectedSince = at;
      if (context.retry.attempt >= before.retry.attempt) return;
      // What came during an attempt counts when that has failed.
      const news =
        before.retry.news === 'fresh' ||
        effects.some((effect) => effect.effect === 'report' && effect.reason === 'hint');
      if (waited) expect(at - connectedSince).toBeGreaterThanOrEqual(limits.backoff.stableMs);
      else expect(news).toBe(true);
    });
  });

  it('plans the next attempt when, and only when, it waits for one', () => {
    check(({ rig: { state, context } }) => {
      if (state === 'failed.waiting') expect(context.retry.next).not.toBeNull();
      else if (context.state === 'connecting') expect(context.retry.next).toBeNull();
    });
  });

  it('is over once it is closed: no timer, no actor, no report', () => {
    let reports = -1;
    check(({ rig: { state, effects, links, dialers, clock }, before }) => {
      if (state !== 'closed') return;
      if (before.state !== 'closed') reports = effects.length;
      expect(effects).toHaveLength(reports);
      expect([links.size, dialers.size]).toEqual([0, 0]);
      expect((clock as ReturnType<typeof createVirtualClock>).pending).toBe(0);
    });
  });

  it('gives the same trace for the same inputs, and leaves nothing when it is stopped', () => {
    fc.assert(
      fc.property(moves, randoms, (sequence, numbers) => {
        const trace = play(offers, sequence, numbers);
        expect(play(offers, sequence, numbers)).toEqual(trace);
        expect(trace.at(-1)).toBe('0 links, 0 dialers, 0 timers');
      }),
      { numRuns: 300 },
    );
  });
});
