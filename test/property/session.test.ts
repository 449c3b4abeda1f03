import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageKind } from '../../src/protocol/frame-types.ts';
import type { Side } from '../support/sent-messages.ts';
import { SessionPair } from '../support/session-pair.ts';

type Step =
  | { readonly do: 'send'; readonly side: Side; readonly of: MessageKind; readonly bytes: number }
  | {
      readonly do: 'pump' | 'deliver' | 'pumpCarried' | 'deliverCarried' | 'handle';
      readonly side: Side;
      readonly count: number;
    }
  | { readonly do: 'acknowledge' | 'notice' | 'restart' | 'expire'; readonly side: Side }
  | { readonly do: 'connect' | 'cut' | 'replaceCarrier' };

const side = fc.constantFrom<Side>('a', 'b');
const bytes = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 4, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 16_310, max: 16_340 }) },
  { weight: 2, arbitrary: fc.integer({ min: 17_000, max: 80_000 }) },
);
const of = fc.oneof(
  { weight: 6, arbitrary: fc.constant<MessageKind>('message') },
  { weight: 4, arbitrary: fc.constantFrom<MessageKind>('request', 'response', 'failure', 'volatile') },
);
const count = fc.integer({ min: 1, max: 6 });
const step = (kind: 'acknowledge' | 'notice' | 'restart' | 'expire') => fc.record({ do: fc.constant(kind), side });

const common: fc.WeightedArbitrary<Step>[] = [
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), side, of, bytes }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pump' as const), side, count }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), side, count }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pumpCarried' as const), side, count }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('deliverCarried' as const), side, count }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'replaceCarrier' }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('handle' as const), side, count }) },
  { weight: 2, arbitrary: step('acknowledge') },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'connect' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'cut' }) },
  { weight: 1, arbitrary: step('notice') },
];
const ends: fc.WeightedArbitrary<Step>[] = [
  { weight: 1, arbitrary: step('restart') },
  { weight: 1, arbitrary: step('expire') },
];
const steps = (of: fc.WeightedArbitrary<Step>[]) => fc.array(fc.oneof(...of), { maxLength: 80, size: 'max' });

function act(pair: SessionPair, step: Step): void {
  switch (step.do) {
    case 'send':
      pair.send(step.side, step.of, step.bytes);
      return;
    case 'pump':
    case 'deliver':
    case 'handle':
      pair[step.do](step.side, step.count);
      return;
    case 'acknowledge':
    case 'notice':
    case 'restart':
    case 'expire':
      pair[step.do](step.side);
      return;
    case 'pumpCarried':
      pair.carriers.pump(step.side, step.count);
      return;
    case 'deliverCarried':
      pair.carriers.deliver(step.side, step.count);
      return;
    case 'replaceCarrier':
      pair.carriers.replace();
      return;
    case 'connect':
    case 'cut':
      pair[step.do]();
  }
}

/** Connects, and lets everything arrive and be handled. */
function settle(pair: SessionPair): void {
  let broken = -1;
  for (let round = 0; round < 2_000; round += 1) {
    if (pair.errors.length > broken) {
      broken = pair.errors.length;
      for (const side of ['a', 'b'] as const) pair.notice(side);
      pair.connect();
    }
    for (const side of ['a', 'b'] as const) {
      pair.handle(side, 10_000);
      pair.acknowledge(side);
      pair.pump(side, 1_000);
      pair.deliver(side, 10_000);
      pair.carriers.pump(side, 1_000);
      pair.carriers.deliver(side, 10_000);
    }
    if (round > 4 && pair.hosts.a.session.size + pair.hosts.b.session.size === 0) return;
  }
  throw new Error('the sessions do not settle');
}

function play(sequence: readonly Step[]): SessionPair {
  const pair = new SessionPair();
  pair.connect();
  for (const one of sequence) act(pair, one);
  settle(pair);
  return pair;
}

/** The promise of a fate, for every message. */
function checkFates({ messages, hosts }: SessionPair): void {
  for (const { from, run, of, fate, handed, handled } of messages) {
    // The sender of a run that is over gets no outcome.
    if (run !== hosts[from].run) continue;
    expect(fate).toBeDefined();
    expect(handed.length).toBeLessThanOrEqual(1);
    if (fate === 'unsent') expect(handed).toEqual([]);
    if (fate === 'delivered' && of === 'message') expect(handled).toHaveLength(1);
    if (fate === 'delivered') expect(handed).toHaveLength(1);
    if (of === 'volatile') expect(fate).not.toBe('delivered');
  }
}

/** Messages of one run come in the order in which they were sent. */
function checkOrder({ order }: SessionPair): void {
  const last = new Map<string, number>();
  for (const { of, run, no } of order) {
    if (of !== 'message') continue;
    expect(no).toBeGreaterThan(last.get(run) ?? -1);
    last.set(run, no);
  }
}

describe('a message session, whatever happens to its links', () => {
  it('delivers every message once and in order, and tells the sender so', () => {
    let sent = 0;
    fc.assert(
      fc.property(steps(common), (sequence) => {
        const pair = play(sequence);
        for (const { of, fate, handed } of pair.messages) {
          if (of === 'volatile') continue;
          expect(fate).toBe('delivered');
          expect(handed).toHaveLength(1);
          sent += 1;
        }
        checkFates(pair);
        checkOrder(pair);
        expect([pair.hosts.a.gaps, pair.hosts.b.gaps]).toEqual([0, 0]);
        expect(pair.errors).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
    expect(sent).toBeGreaterThan(10_000);
  }, 300_000);

  it('tells a true fate when a side restarts or gives up', () => {
    let faults = 0;
    const seen = { delivered: 0, unsent: 0, unknown: 0 };
    fc.assert(
      fc.property(steps([...common, ...ends]), (sequence) => {
        const pair = play(sequence);
        checkFates(pair);
        // A side that gives up while a link is on its way may break that one link.
        faults += pair.errors.length;
        for (const { of, fate } of pair.messages) if (fate && of === 'message') seen[fate] += 1;
        checkOrder(pair);
      }),
      { numRuns: 5_000 },
    );
    expect(Object.values(seen).every((times) => times > 100)).toBe(true);
    expect(faults).toBeLessThan(100);
  }, 300_000);
});
