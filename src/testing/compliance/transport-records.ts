import assert from 'node:assert/strict';
import type { ComplianceCase } from './case.ts';
import { type MakeTransportPair, overLink, record } from './transport-case.ts';

/** What every transport does with records, and with what it has to buffer of them. */
export const recordCases: readonly ComplianceCase<MakeTransportPair>[] = [
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
];
