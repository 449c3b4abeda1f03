import { expect, it } from 'vitest';
import type { PendingDevice } from '../../../../src/index.ts';
import { PendingTrust } from '../../../../src/node/access/pending-trust.ts';
import { createVirtualClock } from '../../../../src/testing/index.ts';

function setUp() {
  const clock = createVirtualClock();
  let devices: ReadonlyMap<string, PendingDevice> = new Map();
  let told = 0;
  const pending = new PendingTrust({
    clock,
    nameOf: () => null,
    trustedAs: () => null,
    changed: (now) => {
      devices = now;
      told += 1;
    },
  });
  return { clock, pending, ids: () => [...devices.keys()], told: () => told };
}

it('one address has 16 places, and what comes beyond is not taken in', () => {
  const { pending, ids, told } = setUp();
  for (let no = 0; no < 40; no += 1) pending.met(`id ${no}`, '10.0.0.1');
  expect(ids()).toHaveLength(16);
  expect([ids()[0], told()]).toEqual(['id 0', 16]);
  pending.met('honest', '10.0.0.2');
  expect(ids()).toContain('honest');
});

it('at the cap the address that has most loses the device that was met longest ago', () => {
  const { pending, ids } = setUp();
  pending.met('honest', '10.0.0.99');
  for (let no = 0; no < 63; no += 1) pending.met(`id ${no}`, `10.0.0.${no % 4}`);
  expect(ids()).toHaveLength(64);
  pending.met('id 0', '10.0.0.0');
  pending.met('newcomer', '10.0.0.98');
  expect(ids()).toHaveLength(64);
  expect(ids()).toEqual(expect.arrayContaining(['honest', 'newcomer', 'id 0']));
  expect(ids()).not.toContain('id 1');
});

it('a device that has not proven itself again for 10 minutes waits no more', async () => {
  const { clock, pending, ids } = setUp();
  pending.met('gone', '10.0.0.1');
  pending.met('there', '10.0.0.2');
  await clock.advanceAsync(300_000);
  pending.met('there', '10.0.0.2');
  await clock.advanceAsync(299_999);
  expect(ids()).toEqual(['gone', 'there']);
  await clock.advanceAsync(1);
  expect(ids()).toEqual(['there']);
  await clock.advanceAsync(300_000);
  expect(ids()).toEqual([]);
});
