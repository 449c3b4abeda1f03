import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { createMask } from '../../../src/inspector/mask.ts';
import { traceEventSchema } from '../../../src/inspector/trace-event-schema.ts';
import { TransferWatch } from '../../../src/inspector/transfers.ts';
import { createVirtualClock } from '../../../src/testing/index.ts';
import { type ObservedTransfer, showTransfers, transfersOf } from '../../../src/util/observed-transfers.ts';
import { bob, reduced } from '../../support/trace-events.ts';

const transfer = (more: Partial<ObservedTransfer> = {}): ObservedTransfer => ({
  number: 1,
  direction: 'send',
  peerId: bob,
  state: 'moving',
  names: ['notes.txt'],
  items: 1,
  files: 1,
  bytes: 10_000,
  filesDone: 0,
  bytesDone: 0,
  keptBytes: 0,
  since: 1,
  code: null,
  ...more,
});

describe('files on their way', () => {
  it('are found by the node that they belong to', () => {
    const [node, other] = [{}, {}];
    const [sent, received] = [{ all: [transfer()] }, { all: [transfer({ direction: 'receive' })] }];
    for (const transfers of [sent, received, sent]) showTransfers(node, transfers);
    expect(transfersOf(node)).toEqual([...sent.all, ...received.all]);
    expect(transfersOf(other)).toEqual([]);
  });

  it('are told while they change, and once more when they stand still', () => {
    let all: readonly ObservedTransfer[] = [];
    const watch = new TransferWatch({ clock: createVirtualClock(), transfers: () => all });
    const told = () => watch.news().map(({ transfers }) => transfers.map(({ bytesDone }) => bytesDone));
    expect(told()).toEqual([]);
    all = [transfer()];
    expect([told(), told(), told()]).toEqual([[[0]], [[0]], []]);
    all = [transfer({ bytesDone: 5 })];
    expect(told()).toEqual([[5]]);
    all = [];
    expect(told()).toEqual([[]]);
  });

  it('are told of up to a number, the newest ones, with some of their names', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `file ${at}`);
    const all = Array.from({ length: 500 }, (_, number) => transfer({ number, names }));
    const { transfers, count } = new TransferWatch({ clock: createVirtualClock(), transfers: () => all }).now();
    expect([transfers.length, count, transfers.at(-1)?.number]).toEqual([64, 500, 499]);
    expect(transfers[0]?.names).toHaveLength(4);
  });

  it('have a rate of what went over the link, without what was there already', () => {
    const looks = [
      { t: 'transfers', at: 1_000, count: 1, transfers: [transfer({ bytesDone: 1_000, keptBytes: 1_000 })] },
      { t: 'transfers', at: 3_000, count: 1, transfers: [transfer({ bytesDone: 9_000, keptBytes: 5_000 })] },
    ] as const;
    expect(reduced(looks.slice(0, 1)).transfers?.transfers[0]?.rate).toBeNull();
    expect(reduced(looks).transfers?.transfers[0]?.rate).toBe(2_000);
  });

  it('are in recordings, under other names where these are masked', () => {
    const event = { t: 'transfers', at: 1, transfers: [transfer({ code: 'ERR_DISK_FULL' })], count: 1 } as const;
    expect(v.is(traceEventSchema, event)).toBe(true);
    const masked = createMask(() => null)(event);
    expect(v.is(traceEventSchema, masked)).toBe(true);
    for (const secret of ['notes', bob]) expect(JSON.stringify(masked)).not.toContain(secret);
  });
});
