// biome-ignore-all lint/suspicious/noThenProperty: that is what it is about
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { makeNetworkKey } from '../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../src/testing/index.ts';
import { describeThrown } from '../../src/util/thrown.ts';
import { places } from '../support/callbacks.ts';
import { oddThrown, waysToFail } from '../support/odd-values.ts';

/** What a callback may give back that has no fault in it. */
const oddReturned: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  'a symbol': () => Symbol('odd'),
  'an object without a prototype': () => Object.create(null),
  'a revoked proxy': () => oddThrown['a revoked proxy']?.(),
  'a then that is none': () => ({ then: 1 }),
  'a thenable that gives both': () => ({
    then(resolve: (value: unknown) => void, reject: (thrown: unknown) => void) {
      resolve(1);
      reject(2);
      throw new Error('after it');
    },
  }),
  'a thenable that gives itself': () => {
    const self = { then: (resolve: (value: unknown) => void): void => resolve(self) };
    return self;
  },
};

const failing = fc
  .tuple(fc.constantFrom(...Object.keys(waysToFail)), fc.constantFrom(...Object.keys(oddThrown)))
  .map(([way, value]) => ({ name: `${way}: ${value}`, call: () => waysToFail[way]?.(oddThrown[value]?.()) }));
const returning = fc
  .constantFrom(...Object.keys(oddReturned))
  .map((name) => ({ name: `gives back ${name}`, call: () => oddReturned[name]?.() }));

const unhandled: string[] = [];
const note = (thrown: unknown): void => void unhandled.push(describeThrown(thrown));
const emit = vi.spyOn(process, 'emitWarning');
process.on('uncaughtException', note).on('unhandledRejection', note);
afterEach(() => void process.off('uncaughtException', note).off('unhandledRejection', note));

it('whatever a callback throws, rejects with or gives back, the pair still talks, and stops', async () => {
  emit.mockImplementation(() => undefined);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(places)),
      fc.oneof({ weight: 4, arbitrary: failing }, returning),
      async (name, { call }) => {
        const place = places[name];
        const clock = createVirtualClock();
        const network = createMemoryNetwork({ clock });
        const access = { networkKey: makeNetworkKey() };
        const a = network.createNode({ name: 'a', access, discovery: true, ...place?.options?.(call) });
        const b = network.createNode({ name: 'b', access, discovery: true });
        const codes: string[] = [];
        a.errors$.subscribe(({ code }) => codes.push(code));
        await Promise.all([a.start(), b.start()]);
        await clock.advanceAsync(3_000);
        place?.attach?.(a, call);

        const [odd, asked] = [b.send(a.id, 'odd', 1), b.request(a.id, 'ask', 1).catch((thrown: unknown) => thrown)];
        await clock.advanceAsync(1_000);
        expect(await (await odd).delivered).toBe('delivered');
        await asked;

        // The link breaks in between: what goes wrong on the way up must not hold the next one back either.
        network.drop(a, b);
        await clock.advanceAsync(10_000);
        const heard: unknown[] = [];
        a.handle('well', ({ data }) => void heard.push(data));
        b.handle('well', ({ data }) => void heard.push(data));
        const sent = Promise.all([b.send(a.id, 'well', 1), a.send(b.id, 'well', 2)]);
        await clock.advanceAsync(1_000);
        const receipts = await sent;
        expect(await Promise.all(receipts.map(({ delivered }) => delivered))).toEqual(['delivered', 'delivered']);
        expect(heard.toSorted()).toEqual([1, 2]);
        // Nothing of it is told as a defect of lanpeer, or as the other side's.
        expect(codes.filter((code) => code !== 'ERR_HANDLER')).toEqual([]);

        const stopped = Promise.all([a.stop(), b.stop()]);
        await clock.advanceAsync(20_000);
        await stopped;
        expect([a.state, b.state, unhandled.splice(0)]).toEqual(['stopped', 'stopped', []]);
      },
    ),
    { numRuns: 50 },
  );
}, 300_000);
