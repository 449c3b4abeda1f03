import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeliveryOutcome, type LanpeerNode, makeNetworkKey, type SessionChange } from '../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../src/testing/index.ts';

const access = { networkKey: makeNetworkKey() };
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Sent {
  readonly no: number;
  fate: DeliveryOutcome | undefined;
}

/** Two nodes on a network in memory that are connected, and what each has sent and got. */
async function startPair() {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const nodes = ['a', 'b'].map((name) => network.createNode({ name, access }));
  const [a, b] = nodes as [LanpeerNode, LanpeerNode];
  stops.push(async () => {
    const stopped = Promise.all(nodes.map((node) => node.stop()));
    await clock.advanceAsync(20_000);
    await stopped;
  });
  await Promise.all([a.start(), b.start()]);
  await clock.advanceAsync(2_000);
  const sessions: SessionChange[] = [];
  a.sessions$.subscribe((change) => sessions.push(change));

  function way(from: LanpeerNode, to: LanpeerNode) {
    const sent: Sent[] = [];
    const got: number[] = [];
    to.handle('n', ({ data }) => void got.push((data as { readonly no: number }).no));
    return {
      sent,
      got,
      send(bytes: number): void {
        const one: Sent = { no: sent.length, fate: undefined };
        sent.push(one);
        from
          .send(to.id, 'n', { no: one.no, bytes: new Uint8Array(bytes) })
          .then(({ delivered }) => delivered)
          .then(
            (fate) => {
              one.fate = fate;
            },
            () => {
              one.fate = 'unsent';
            },
          );
      },
    };
  }
  return { clock, network, a, b, there: way(a, b), back: way(b, a), sessions };
}

type Step =
  | { readonly do: 'send'; readonly back: boolean; readonly bytes: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'cut' | 'heal' | 'drop' | 'dropLinks' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
        back: fc.boolean(),
        bytes: fc.constantFrom(0, 10, 16_300, 50_000, 400_000),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 3, 60, 800, 9_000, 70_000) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'heal', 'drop', 'dropLinks') }) },
  ),
  { maxLength: 40, size: 'max' },
);

/** The two have met again by then, whatever their back-off is. */
const metAfterMs = 60_000;

/** Milliseconds of the longest time for which the two may not have met. */
function longestOutage(sequence: readonly Step[]): number {
  let longest = 0;
  let outage: number | undefined;
  let healed: number | undefined;
  for (const step of sequence) {
    if (step.do === 'cut') {
      outage ??= 0;
      healed = undefined;
    } else if (step.do === 'heal') healed ??= 0;
    else if (step.do === 'wait' && outage !== undefined) {
      outage += step.ms;
      if (healed !== undefined) healed += step.ms;
      longest = Math.max(longest, outage);
      if (healed !== undefined && healed >= metAfterMs) outage = undefined;
    }
  }
  return longest;
}

type Pair = Awaited<ReturnType<typeof startPair>>;

async function act({ clock, network, a, b, there, back }: Pair, step: Step): Promise<void> {
  if (step.do === 'send') (step.back ? back : there).send(step.bytes);
  else if (step.do === 'wait') await clock.advanceAsync(step.ms);
  else network[step.do](a, b);
}

/** A session outlives 300 s without a link: what is longer is the second property's. */
const withinPromise = steps.filter((sequence) => longestOutage(sequence) < 290_000);

describe('two nodes, whatever happens to the network between them', () => {
  it('get every message once and in order, and both know it', async () => {
    await fc.assert(
      fc.asyncProperty(withinPromise, async (sequence) => {
        const pair = await startPair();
        for (const one of sequence) await act(pair, one);
        pair.network.heal();
        await pair.clock.advanceAsync(60_000);
        for (const { sent, got } of [pair.there, pair.back]) {
          expect(sent.map(({ fate }) => fate)).toEqual(sent.map(() => 'delivered'));
          expect(got).toEqual(sent.map(({ no }) => no));
        }
        expect(pair.sessions.filter(({ change }) => change === 'ended' || change === 'gap')).toEqual([]);
        expect(pair.network.open).toEqual({ links: 2, wires: 1 });
      }),
      { numRuns: 60 },
    );
  }, 300_000);

  it('tell a true fate when the outage is too long, and go on with a new session', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.constantFrom(250_000, 299_000, 301_000, 400_000, 4_200_000),
        async (sequence, outage) => {
          const pair = await startPair();
          for (const one of sequence) await act(pair, one);
          pair.network.cut(pair.a, pair.b);
          pair.there.send(100);
          await pair.clock.advanceAsync(outage);
          pair.network.heal();
          await pair.clock.advanceAsync(60_000);
          for (const { sent, got } of [pair.there, pair.back]) {
            const ofFate = (fate: DeliveryOutcome): number[] =>
              sent.filter((one) => one.fate === fate).map(({ no }) => no);
            expect(sent.every(({ fate }) => fate !== undefined)).toBe(true);
            expect(got).toEqual([...new Set(got)].sort((one, other) => one - other));
            expect(got).toEqual(expect.arrayContaining(ofFate('delivered')));
            for (const no of ofFate('unsent')) expect(got).not.toContain(no);
          }
          const before = pair.there.got.length;
          pair.there.send(1);
          await pair.clock.advanceAsync(5_000);
          expect(pair.there.got).toHaveLength(before + 1);
        },
      ),
      { numRuns: 30 },
    );
  }, 300_000);
});
