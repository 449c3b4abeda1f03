import { expect, test } from 'vitest';
import { abortsOf, connectionsOf, startTwo, stops, unreachable } from '../../../support/abort-pair.ts';
import { outcomeOf } from '../../../support/memory-pair.ts';

test.each(['with', 'without'])('a signal that is aborted already: nothing is dialed, %s an id', async (how) => {
  const { clock, here, there, seen, address } = await startTwo();
  const signal = AbortSignal.abort(new Error('too late'));
  const { id, ...place } = address;
  const target = how === 'with' ? address : place;
  await expect(here.connect({ ...target, signal })).rejects.toMatchObject({
    code: 'ERR_ABORTED',
    cause: { message: 'too late' },
  });
  await clock.advanceAsync(60_000);
  expect([seen, connectionsOf(here), connectionsOf(there), abortsOf(signal)]).toEqual([
    { here: [], there: [] },
    0,
    0,
    0,
  ]);
  expect(here.stats().signallingSessions + there.stats().signallingSessions).toBe(0);
  // It was not even noted where the peer is.
  const later = outcomeOf(here.connect({ ...unreachable, id }));
  await clock.advanceAsync(60_000);
  expect(later.now).not.toBe('resolved');
});

test('a signal that is aborted already comes before everything but options that cannot work', async () => {
  const { clock, here, there, address } = await startTwo();
  const connected = here.connect(address);
  await clock.advanceAsync(1_000);
  await connected;
  const signal = AbortSignal.abort();
  await expect(here.connect({ ...address, signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await expect(here.connect({ address: '127.0.0.1', port: 9, signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await expect(here.connect({ address: 'x', port: 0, signal })).rejects.toMatchObject({ code: 'ERR_OPTION' });
  await expect(here.send(there.id, 'x', 1, { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await expect(here.request(there.id, 'x', 1, { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await expect(here.request('nobody', 'x', 1, { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  expect(await here.requestAll('x', 1, { signal })).toMatchObject(
    new Map([[there.id, { ok: false, error: { code: 'ERR_ABORTED' } }]]),
  );
  expect([abortsOf(signal), here.stats().connections.connected]).toEqual([0, 1]);
});

/** Times that fall before, between and behind all that goes back and forth on the way to a link. */
const moments = Array.from({ length: 40 }, (_, ms) => ms);

test.each([
  ['by the lower id, with an id', true, true],
  ['by the higher id, with an id', false, true],
  ['by the lower id, without', true, false],
  ['by the higher id, without', false, false],
])(
  'when aborted at any time on the way, %s, ends on both sides, and blocks no later connection',
  { timeout: 60_000 },
  async (_, lower, named) => {
    const fates = new Set<string>();
    for (const ms of moments) {
      const { clock, network, seen, ...two } = await startTwo();
      const [here, there] = two.here.id < two.there.id === lower ? [two.here, two.there] : [two.there, two.here];
      const { id, ...place } = network.addressOf(there);
      const controller = new AbortController();
      const call = outcomeOf(here.connect({ ...place, ...(named && { id }), signal: controller.signal }));
      await clock.advanceAsync(ms);
      const was = call.now;
      controller.abort();
      await clock.advanceAsync(60_000);
      fates.add(String(call.now));
      expect([call.now, was]).toEqual(was === 'resolved' ? ['resolved', 'resolved'] : ['ERR_ABORTED', undefined]);
      const up = was === 'resolved' ? 1 : 0;
      expect([connectionsOf(here), connectionsOf(there)], `after ${ms} ms, ${JSON.stringify(seen)}`).toEqual([up, up]);
      expect(abortsOf(controller.signal)).toBe(0);
      if (was === 'resolved') continue;
      // Neither side holds it against the other.
      const back = outcomeOf(there.connect(network.addressOf(here)));
      await clock.advanceAsync(5_000);
      expect(back.now).toBe('resolved');
      for (const stop of stops.splice(0)) await stop();
    }
    expect([...fates].sort()).toEqual(['ERR_ABORTED', 'resolved']);
  },
);

test('when it aborts while no device answers, tries nothing again, and forgets the address', async () => {
  const { clock, here, there, network, seen } = await startTwo();
  const { id } = there;
  const controller = new AbortController();
  const call = outcomeOf(here.connect({ ...unreachable, id, signal: controller.signal }));
  await clock.advanceAsync(20);
  controller.abort();
  await clock.advanceAsync(60_000);
  expect([call.now, seen.here.at(-1), connectionsOf(here)]).toEqual(['ERR_ABORTED', 'closed abandoned', 0]);
  const next = outcomeOf(here.connect(network.addressOf(there)));
  await clock.advanceAsync(1_000);
  expect(next.now).toBe('resolved');
});

test('the cause says why: a time limit, or one signal of several', async () => {
  const { clock, here, there } = await startTwo();
  const target = { ...unreachable, id: there.id };
  const controller = new AbortController();
  const any = AbortSignal.any([controller.signal, new AbortController().signal]);
  const call = here.connect({ ...target, signal: any });
  controller.abort('enough');
  await expect(call).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: 'enough' });
  const timed = here.connect({ ...target, signal: AbortSignal.timeout(1) });
  await expect(timed).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: { name: 'TimeoutError' } });
  expect(abortsOf(any)).toBe(0);
  await clock.advanceAsync(1);
  expect(connectionsOf(here)).toBe(0);
});
