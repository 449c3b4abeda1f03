import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { ComplianceCase } from './case.ts';
import { type MakeTransportPair, overLink, record } from './transport-case.ts';
import { endCases } from './transport-ends.ts';
import { closePair, joinPair, openPair, recordLink } from './transport-pair.ts';
import { recordCases } from './transport-records.ts';

/** Bodies that no transport accepts; each takes the link down with `ERR_PROTOCOL`. */
const invalidBodies: readonly unknown[] = [
  null,
  undefined,
  0,
  'offer',
  [],
  {},
  { type: 'offer', sdp: 'v=0' },
  { __proto__: null, candidates: 'many' },
  Array.from({ length: 1_000 }, () => ({})),
];

function refuses(role: 'offerer' | 'answerer', body: unknown): ComplianceCase<MakeTransportPair> {
  return {
    name: `${role}: when the body is ${JSON.stringify(body)?.slice(0, 40)}, goes down with ERR_PROTOCOL`,
    async run(make) {
      const pair = make();
      const carriers = pair.carriers?.();
      const carry = carriers?.[role === 'offerer' ? 0 : 1];
      const end = recordLink(pair[role], role, pair.remoteAddress, { carry });
      end.link.signal(body);
      await end.when(() => end.error !== undefined);
      assert.equal(end.error?.code, 'ERR_PROTOCOL');
      assert.equal(end.count('open'), 0);
      await end.link.close();
    },
  };
}

/** What every transport does, whatever carries it: run each case against a real one and its in-memory twin. */
export const transportCompliance: readonly ComplianceCase<MakeTransportPair>[] = [
  overLink('opens once on both sides, after the negotiation', async (_, ends) => {
    const [offerer, answerer] = ends;
    await offerer.when(() => offerer.count('negotiated') > 0);
    await answerer.when(() => answerer.count('negotiated') > 0);
    await turn();
    for (const end of ends) {
      assert.equal(end.count('open'), 1);
      assert.equal(end.count('negotiated'), 1);
      assert.ok(end.events.indexOf('negotiated') < end.events.indexOf('open'));
      assert.ok(end.count('signal') >= 1);
      assert.equal(end.link.bufferedAmount, 0);
    }
    assert.equal(offerer.events[0], 'signal');
  }),
  ...recordCases,
  ...endCases,
  {
    name: 'drops what is sent before it is open',
    async run(make) {
      const ends = joinPair(make());
      const [a, b] = ends;
      a.link.send(record(10, 1));
      for (const end of ends) await end.when(() => end.count('open') > 0);
      a.link.send(record(10, 2));
      await b.when(() => b.records.length > 0);
      assert.deepEqual(b.records, [record(10, 2)]);
      await closePair(ends);
    },
  },
  {
    name: 'when it closes at once, or in any step before open, reports nothing more',
    async run(make) {
      for (const step of ['start', 'signal', 'negotiated', 'open'] as const) {
        const pair = make();
        const ends = joinPair(pair);
        const [a, b] = ends;
        if (step !== 'start') await a.when(() => a.count(step) > 0);
        const closing = a.link.close();
        const before = a.events.length;
        await closing;
        await turn();
        assert.equal(a.events.length, before, step);
        await b.link.close();
      }
    },
  },
  {
    name: 'has several links at a time, each with its own records',
    async run(make) {
      const pair = make();
      const links = await Promise.all([openPair(pair), openPair(pair), openPair(pair)]);
      for (const [no, [a]] of links.entries()) a.link.send(record(5, no));
      for (const [no, [, b]] of links.entries()) {
        await b.when(() => b.records.length > 0);
        assert.deepEqual(b.records, [record(5, no)]);
      }
      await closePair(links.flat());
    },
  },
  {
    name: 'when the listener throws, goes down with ERR_INTERNAL',
    async run(make) {
      const pair = make();
      const [a, b] = joinPair(pair, (event) => {
        if (event === 'record') throw new Error('thrown by a listener');
      });
      for (const end of [a, b]) await end.when(() => end.count('open') > 0);
      a.link.send(record(10, 1));
      await b.when(() => b.error !== undefined);
      assert.equal(b.error?.code, 'ERR_INTERNAL');
      await closePair([a, b]);
    },
  },
  ...(['offerer', 'answerer'] as const).flatMap((role) => invalidBodies.map((body) => refuses(role, body))),
];
