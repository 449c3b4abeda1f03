import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { ComplianceCase } from './case.ts';
import { type MakeTransportPair, overLink, record } from './transport-case.ts';

/** How an open link ends, and what is reported of it then. */
export const endCases: readonly ComplianceCase<MakeTransportPair>[] = [
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
];
