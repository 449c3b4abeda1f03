import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { ComplianceCase } from './case.ts';
import { closePair, joinPair, openPair, recordLink, type TransportPair } from './transport-pair.ts';

/** Makes two fresh transports that can reach each other. */
export type MakeTransportPair = () => TransportPair;

const record = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill);

/** A case over one open link, which is closed at the end. */
function overLink(
  name: string,
  check: (pair: TransportPair, ends: Awaited<ReturnType<typeof openPair>>) => Promise<void>,
): ComplianceCase<MakeTransportPair> {
  return {
    name,
    async run(make) {
      const pair = make();
      const ends = await openPair(pair);
      try {
        await check(pair, ends);
      } finally {
        await closePair(ends);
      }
    },
  };
}

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
  overLink('carries records in order and whole, both ways at once', async (_, [a, b]) => {
    const sent = Array.from({ length: 200 }, (__, no) => record(1 + ((no * 37) % 900), no % 256));
    for (const one of sent) {
      a.link.send(one);
      b.link.send(one);
    }
    for (const end of [a, b]) {
      await end.when(() => end.records.length >= sent.length);
      assert.deepEqual(end.records, sent);
    }
  }),
  overLink('carries every size from one byte to recordBytes', async ({ offerer }, [a, b]) => {
    const { recordBytes } = offerer;
    const sizes = [1, 2, 1_023, 1_024, 1_400, recordBytes - 1, recordBytes];
    for (const size of sizes) a.link.send(record(size, size % 256));
    await b.when(() => b.records.length >= sizes.length);
    assert.deepEqual(
      b.records.map(({ byteLength, 0: first }) => [byteLength, first]),
      sizes.map((size) => [size, size % 256]),
    );
  }),
  overLink('does not keep the memory of a record that was sent', async (_, [a, b]) => {
    const mine = record(64, 1);
    a.link.send(mine.subarray(16, 48));
    await b.when(() => b.records.length > 0);
    assert.deepEqual(b.records[0], record(32, 1));
  }),
  overLink('counts what is buffered, and drains', async ({ offerer }, [a, b]) => {
    let sent = 0;
    while (a.link.bufferedAmount <= offerer.highWater) {
      a.link.send(record(offerer.recordBytes, 1));
      sent += 1;
    }
    assert.ok(sent * offerer.recordBytes >= a.link.bufferedAmount);
    await a.when(() => a.count('drain') > 0);
    assert.ok(a.link.bufferedAmount < offerer.highWater);
    await b.when(() => b.records.length === sent);
    assert.equal(a.link.bufferedAmount, 0);
    assert.equal(a.count('drain'), 1);
  }),
  overLink('drains again and again: a sender that waits for it sends everything', async ({ offerer }, [a, b]) => {
    const total = 60;
    for (let sent = 0; sent < total; ) {
      const drains = a.count('drain');
      while (sent < total && a.link.bufferedAmount <= offerer.highWater) {
        a.link.send(record(offerer.recordBytes, sent));
        sent += 1;
      }
      if (sent < total) await a.when(() => a.count('drain') > drains);
    }
    await b.when(() => b.records.length === total);
    assert.deepEqual(
      b.records.map(({ 0: first }) => first),
      Array.from({ length: total }, (__, no) => no),
    );
  }),
  overLink(
    'when it closes, reports down with ERR_TRANSPORT to the other side, and nothing to this one',
    async (_, [a, b]) => {
      await a.link.close();
      await b.when(() => b.error !== undefined);
      assert.equal(b.error?.code, 'ERR_TRANSPORT');
      assert.equal(b.count('down'), 1);
      assert.equal(a.count('down'), 0);
    },
  ),
  overLink('after a close, closes again without effect, reports nothing and takes nothing', async (_, [a, b]) => {
    a.link.send(record(10, 1));
    const before = a.events.length;
    await Promise.all([a.link.close(), a.link.close()]);
    b.link.send(record(10, 2));
    await b.when(() => b.error !== undefined);
    a.link.send(record(10, 3));
    a.link.signal({});
    await a.link.close();
    await turn();
    assert.equal(a.events.length, before);
    assert.equal(a.link.bufferedAmount, 0);
  }),
  overLink('after down, reports nothing', async (_, [a, b]) => {
    await a.link.close();
    await b.when(() => b.error !== undefined);
    b.link.signal({});
    b.link.send(record(10, 1));
    await b.link.close();
    await turn();
    assert.equal(b.events.at(-1), 'down');
    assert.equal(b.count('down'), 1);
  }),
  overLink('when a second description comes, goes down', async (_, [a]) => {
    a.link.signal({});
    await a.when(() => a.error !== undefined);
    assert.equal(a.error?.code, 'ERR_PROTOCOL');
  }),
  overLink('when a record has a size that cannot be, goes down with ERR_INTERNAL', async ({ offerer }, [a, b]) => {
    a.link.send(record(offerer.recordBytes + 1, 1));
    b.link.send(new Uint8Array());
    for (const end of [a, b]) assert.equal(end.error?.code, 'ERR_INTERNAL');
  }),
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
