import { expect, test } from 'vitest';
import type { LanpeerNode } from '../../../../src/index.ts';
import { abortsOf, connectionsOf, startTwo, unreachable } from '../../../support/abort-pair.ts';
import { outcomeOf } from '../../../support/memory-pair.ts';

test('one of several callers gives up, then the last one: only then it ends', async () => {
  const { clock, here, there, seen } = await startTwo();
  const { id } = there;
  const controllers = [1, 2, 3].map(() => new AbortController());
  const calls = controllers.map(({ signal }) => outcomeOf(here.connect({ ...unreachable, id, signal })));
  await clock.advanceAsync(10);
  for (const [at, controller] of controllers.entries()) {
    expect(connectionsOf(here)).toBe(1);
    controller.abort();
    await clock.advanceAsync(1);
    expect(calls.map(({ now }) => now)).toEqual(calls.map((_, no) => (no <= at ? 'ERR_ABORTED' : undefined)));
  }
  expect(seen.here).toEqual(['new requested', 'connecting requested', 'closed abandoned']);
});

test('when callers share a dial by address, goes on until the last one gives up', async () => {
  const { clock, here, there, address } = await startTwo();
  const { id: _, ...place } = address;
  const [one, two] = [new AbortController(), new AbortController()];
  const calls = [one, two].map(({ signal }) => outcomeOf(here.connect({ ...place, signal })));
  one.abort();
  await clock.advanceAsync(1_000);
  expect(calls.map(({ now }) => now)).toEqual(['ERR_ABORTED', 'resolved']);
  expect([
    abortsOf(one.signal),
    abortsOf(two.signal),
    here.stats().signallingSessions,
    there.stats().signallingSessions,
  ]).toEqual([0, 0, 1, 1]);
});

test.each([
  ['was announced', { discovery: true }, async () => undefined],
  [
    'is connected to by the other side as well',
    {},
    async (there: LanpeerNode, here: { address: string; port: number; id: string }) => {
      there.connect(here).catch(() => undefined);
    },
  ],
])('when another caller wants the attempt, goes on: the peer %s', async (_, options, also) => {
  const { clock, here, there, network, address } = await startTwo(options, options);
  await also(there, network.addressOf(here));
  const controller = new AbortController();
  const call = outcomeOf(here.connect({ ...address, signal: controller.signal }));
  for (let ms = 0; ms < 200 && connectionsOf(here) === 0; ms += 1) await clock.advanceAsync(1);
  controller.abort();
  await clock.advanceAsync(5_000);
  expect(call.now).toBe('ERR_ABORTED');
  expect([here.stats().connections.connected, there.stats().connections.connected]).toEqual([1, 1]);
});

test('a connection that was up is not given up with the call that waits for it to come back', async () => {
  const { clock, here, there, network, address } = await startTwo();
  const first = outcomeOf(here.connect(address));
  await clock.advanceAsync(1_000);
  expect(first.now).toBe('resolved');
  network.cut(here, there);
  network.drop(here, there);
  await clock.advanceAsync(30_000);
  expect(here.stats().connections.connected).toBe(0);
  const controller = new AbortController();
  const call = outcomeOf(here.connect({ ...address, signal: controller.signal }));
  await clock.advanceAsync(10);
  controller.abort();
  network.heal();
  await clock.advanceAsync(60_000);
  expect([call.now, here.stats().connections.connected]).toEqual(['ERR_ABORTED', 1]);
});

test('what a rejected call leaves behind goes on, until a later call is aborted', async () => {
  const { clock, here, there, seen } = await startTwo();
  const { id } = there;
  const target = { address: '198.51.100.200', port: 9, id };
  const rejected = outcomeOf(here.connect(target));
  await clock.advanceAsync(30_000);
  expect(rejected.now).not.toBe('resolved');
  expect([connectionsOf(here), seen.here.filter((what) => what === 'connecting retry').length > 0]).toEqual([1, true]);
  const controller = new AbortController();
  const call = outcomeOf(here.connect({ ...target, signal: controller.signal }));
  controller.abort();
  await clock.advanceAsync(1);
  expect([call.now, connectionsOf(here)]).toEqual(['ERR_ABORTED', 0]);
});

test('when a caller gives up, or connects, inside a callback about the peer, does so', async () => {
  const { clock, here, address } = await startTwo();
  const controller = new AbortController();
  here.connections$.subscribe(({ state }) => {
    if (state === 'connecting') controller.abort();
  });
  const call = outcomeOf(here.connect({ ...address, signal: controller.signal }));
  await clock.advanceAsync(60_000);
  expect([call.now, connectionsOf(here)]).toEqual(['ERR_ABORTED', 0]);

  let again: ReturnType<typeof outcomeOf> | undefined;
  here.connections$.subscribe(({ state }) => {
    if (state === 'closed') again ??= outcomeOf(here.connect(address));
  });
  const connected = here.connect(address).catch(() => undefined);
  await clock.advanceAsync(1_000);
  await connected;
  const parted = here.disconnect(address.id);
  await clock.advanceAsync(5_000);
  await parted;
  expect(again?.now).toBe('resolved');
});
