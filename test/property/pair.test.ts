import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPair, type Pair, type Side } from '../support/connection-pair.ts';

/** One thing that goes wrong, or time that passes. */
type Trouble =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'cutUdp' }
  | { readonly kind: 'restoreUdp' }
  | { readonly kind: 'breakSessions' }
  | { readonly kind: 'fail'; readonly side: Side }
  | { readonly kind: 'kill'; readonly side: Side }
  | { readonly kind: 'restart'; readonly side: Side }
  | { readonly kind: 'block'; readonly side: Side }
  | { readonly kind: 'unblock'; readonly side: Side }
  | { readonly kind: 'connect'; readonly side: Side; readonly explicit: boolean }
  | { readonly kind: 'hint'; readonly side: Side; readonly fresh: boolean }
  | { readonly kind: 'stall'; readonly links: number };

const side = fc.constantFrom<Side>('low', 'high');
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.nat({ max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.nat({ max: 4_000 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('cutUdp', 'restoreUdp', 'breakSessions') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('fail', 'kill', 'restart', 'block', 'unblock'), side }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('connect'), side, explicit: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hint'), side, fresh: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stall'), links: fc.integer({ min: 1, max: 3 }) }) },
) as fc.Arbitrary<Trouble>;

function cause(pair: Pair, event: Trouble): void {
  const { conditions, links, hosts } = pair;
  if (event.kind === 'wait') pair.run(event.ms);
  else if (event.kind === 'cutUdp') pair.cutUdp();
  else if (event.kind === 'restoreUdp') pair.restoreUdp();
  else if (event.kind === 'breakSessions') pair.breakSessions();
  else if (event.kind === 'fail') links.fail(hosts[event.side]);
  else if (event.kind === 'kill') pair.kill(event.side);
  else if (event.kind === 'restart') {
    pair.start(event.side);
    pair.send(event.side, { type: 'connect', explicit: false });
  } else if (event.kind === 'block') conditions.tcp[event.side] = false;
  else if (event.kind === 'unblock') conditions.tcp[event.side] = true;
  else if (event.kind === 'stall') conditions.stalls = event.links;
  else if (event.kind === 'connect') pair.send(event.side, { type: 'connect', explicit: event.explicit });
  else pair.send(event.side, { type: 'hint', fresh: event.fresh });
}

/** The network works again and both sides run; a side that failed is told so. */
function heal(pair: Pair): void {
  pair.conditions.stalls = 0;
  for (const which of ['low', 'high'] as const) {
    pair.conditions.tcp[which] = true;
    if (!pair.hosts[which].alive) pair.start(which);
    pair.send(which, { type: 'connect', explicit: false }, { type: 'hint', fresh: true });
  }
  pair.restoreUdp();
}

const troubles = fc.array(trouble, { maxLength: 30 });

it('comes to one link that both sides show, whatever happened before', () => {
  fc.assert(
    fc.property(
      troubles,
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      (events, random) => {
        const pair = createPair({ random: () => random.next().value });
        pair.send('low', { type: 'connect', explicit: false });
        pair.send('high', { type: 'connect', explicit: false });
        for (const event of events) cause(pair, event);
        heal(pair);
        pair.run(20_000);
        const story = () => [...events.map((event) => JSON.stringify(event)), '', ...pair.trace].join('\n');
        expect(pair.low.errors, story()).toEqual([]);
        expect(pair.high.errors, story()).toEqual([]);
        expect([pair.low.context.state, pair.high.context.state], story()).toEqual(['connected', 'connected']);
        expect(pair.links.joined(), story()).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
}, 300_000);
