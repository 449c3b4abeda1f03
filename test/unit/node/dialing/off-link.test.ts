import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { Endpoint } from '../../../../src/node/dialing/endpoint.ts';
import { createOffLink } from '../../../../src/node/dialing/off-link.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { offLink, offLinkPerSource, offLinkEveryMs, offLinkHoldMs } = limits.dial;
const at = (n: number): Endpoint => ({ address: `10.9.0.${n}`, port: 41_000 });
const many = Array.from({ length: 100 }, (_, n) => at(n + 1));

test('of all the addresses that are named four are dialed, and others only after ten minutes', () => {
  const clock = createVirtualClock();
  const { admit } = createOffLink(clock);
  const first = admit(many);
  expect(first).toEqual(many.slice(0, offLink));
  for (let waited = 0; waited < offLinkHoldMs; waited += 30_000) {
    expect(admit([...many].reverse())).toEqual([...first].reverse());
    clock.advance(30_000);
  }
  // One place after another becomes free.
  expect(admit([at(50)])).toEqual([at(50)]);
  expect(admit(many).length).toBeLessThanOrEqual(offLink);
});

test('an address that led to a peer leaves its place to another', () => {
  const { admit, reached } = createOffLink(createVirtualClock());
  admit(many);
  reached(at(2));
  expect(admit([at(50), at(51)])).toEqual([at(50)]);
});

test('when a port needs a privilege, never dials it', () => {
  const { admit } = createOffLink(createVirtualClock());
  const low = [22, 80, 443, 1_023].map((port) => ({ ...at(1), port }));
  expect(admit(low)).toEqual([]);
  expect(admit([{ ...at(1), port: 1_024 }])).toHaveLength(1);
});

test('there is a dial a second at most, however many wait', async () => {
  const clock = createVirtualClock();
  const { turn } = createOffLink(clock);
  const { signal } = new AbortController();
  let dials = 0;
  for (let second = 0; second < 60; second += 1) {
    for (let n = 0; n < 20; n += 1)
      void turn(signal).then((isDue) => {
        if (isDue) dials += 1;
      });
    await clock.advanceAsync(offLinkEveryMs);
  }
  expect(dials).toBeGreaterThan(50);
  expect(dials).toBeLessThanOrEqual(62);
});

test('when a dial gives up, takes no turn and leaves no timer', async () => {
  const clock = createVirtualClock();
  const { turn } = createOffLink(clock);
  const controller = new AbortController();
  await Promise.all([turn(controller.signal), clock.advanceAsync(0)]);
  const second = turn(controller.signal);
  controller.abort();
  expect([await second, await turn(controller.signal), clock.pending]).toEqual([false, false, 0]);
});

test('what one source announces leaves a place to what another one does', () => {
  const { admit } = createOffLink(createVirtualClock());
  const forged = many.map((endpoint) => ({ ...endpoint, source: '192.0.2.66' }));
  expect(admit(forged)).toHaveLength(offLinkPerSource);
  expect(admit([{ ...at(200), source: '192.0.2.1' }])).toHaveLength(1);
  expect(admit(forged)).toHaveLength(offLinkPerSource);
});
