import { expect, it } from 'vitest';
import type { LanpeerError } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { createIdentityCopies } from '../../../../src/node/access/identity-copies.ts';
import type { Incarnation } from '../../../../src/protocol/incarnation.ts';
import { createVirtualClock } from '../../../../src/testing/index.ts';

const incarnationOf = (counter: number): Incarnation => ({ counter, random: 'a'.repeat(16) });
const at = { address: '192.0.2.9', port: 4_000 };

function setUp(own: Incarnation | undefined, dial: () => Promise<unknown> = () => Promise.reject(new Error('nobody'))) {
  const clock = createVirtualClock();
  const errors: LanpeerError[] = [];
  const superseded: unknown[] = [];
  const copies = createIdentityCopies({
    clock,
    own: () => own,
    dial,
    superseded: (by) => superseded.push(by),
    report: (error) => errors.push(error),
  });
  return { clock, copies, errors, superseded };
}

it('when a copy is found while the node starts or stops, does not give way to it', () => {
  const { copies, errors, superseded } = setUp(undefined);
  copies.met({ ...at, incarnation: incarnationOf(9) });
  expect([errors, superseded]).toEqual([[], []]);
});

it('a dial that cannot begin is nothing to speak of', async () => {
  const { copies, errors } = setUp(incarnationOf(1), () => Promise.reject(new Error('it is not running')));
  copies.heard({ addresses: ['192.0.2.9'], port: 4_000 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(errors).toEqual([]);
});

it('is told once a minute, however often it is met', async () => {
  const { clock, copies, errors } = setUp(incarnationOf(1));
  for (let second = 0; second < 121; second += 1) {
    copies.met({ ...at, incarnation: incarnationOf(2) });
    await clock.advanceAsync(1_000);
  }
  expect(errors.map(({ code }) => code)).toEqual(['ERR_INSTANCE', 'ERR_INSTANCE', 'ERR_INSTANCE']);
});

it('queries a few times before it reports that no copy is there', async () => {
  let dials = 0;
  const { clock, copies } = setUp(incarnationOf(1), () => {
    dials += 1;
    return Promise.reject(new Error('nobody'));
  });
  const found = copies.find(at, new AbortController().signal);
  await clock.advanceAsync(limits.copies.looks * limits.copies.lookAgainMs);
  expect([await found, dials]).toEqual([false, limits.copies.looks]);
});
