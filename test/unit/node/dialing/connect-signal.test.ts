import { getEventListeners } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { type ConnectionChange, type LanpeerNode, makeNetworkKey, type NodeOptions } from '../../../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';
import { outcomeOf } from '../../../support/memory-pair.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Two nodes that run and do not look for each other unless the options say so; the one with the lower id first. */
async function startTwo(one: Partial<NodeOptions> = {}, other: Partial<NodeOptions> = {}) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock, delayMs: 2 });
  const access = { networkKey: makeNetworkKey() };
  const make = (name: string, options: Partial<NodeOptions>): LanpeerNode =>
    network.createNode({ name, access, discovery: false, ...options });
  const nodes = [make('here', one), make('there', other)] as const;
  stops.push(async () => {
    const stopped = Promise.all(nodes.map((node) => node.stop()));
    await clock.advanceAsync(20_000);
    await stopped;
  });
  await Promise.all(nodes.map((node) => node.start()));
  const [here, there] = nodes;
  const seen = { here: record(here), there: record(there) };
  return { clock, network, here, there, seen, address: network.addressOf(there) };
}

function record(node: LanpeerNode): string[] {
  const seen: string[] = [];
  node.connections$.subscribe(({ state, reason }: ConnectionChange) => seen.push(`${state} ${reason}`));
  return seen;
}

const nobody = { address: '203.0.113.9', port: 9 };
const abortsOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const connectionsOf = (node: LanpeerNode): number =>
  Object.values(node.stats().connections).reduce((sum, count) => sum + count, 0);

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
  const later = outcomeOf(here.connect({ ...nobody, id }));
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
  const call = outcomeOf(here.connect({ ...nobody, id, signal: controller.signal }));
  await clock.advanceAsync(20);
  controller.abort();
  await clock.advanceAsync(60_000);
  expect([call.now, seen.here.at(-1), connectionsOf(here)]).toEqual(['ERR_ABORTED', 'closed abandoned', 0]);
  const next = outcomeOf(here.connect(network.addressOf(there)));
  await clock.advanceAsync(1_000);
  expect(next.now).toBe('resolved');
});

test('one of several callers gives up, then the last one: only then it ends', async () => {
  const { clock, here, there, seen } = await startTwo();
  const { id } = there;
  const controllers = [1, 2, 3].map(() => new AbortController());
  const calls = controllers.map(({ signal }) => outcomeOf(here.connect({ ...nobody, id, signal })));
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

test('the cause says why: a time limit, or one signal of several', async () => {
  const { clock, here, there } = await startTwo();
  const target = { ...nobody, id: there.id };
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

test.each([
  ['with an id, while it dials', async () => true],
  ['without', async () => false],
])('a call %s rejects at once when the node stops', async (_, named) => {
  const { here, there, network, clock } = await startTwo();
  const signal = new AbortController().signal;
  // Nothing is answered, not even a refusal.
  network.cut(here, there);
  const { id, ...place } = network.addressOf(there);
  const call = outcomeOf(here.connect({ ...place, ...((await named()) && { id }), signal }));
  await clock.advanceAsync(100);
  expect(call.now).toBeUndefined();
  const stopped = here.stop();
  await clock.advanceAsync(0);
  expect([call.now, abortsOf(signal)]).toEqual(['ERR_NOT_RUNNING', 0]);
  await clock.advanceAsync(20_000);
  await stopped;
  await expect(here.connect(network.addressOf(there))).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
});

test('a call that waits for the peer to be left: the node stops, its caller gives up, the peer is left again', async () => {
  const { clock, here, there, address } = await startTwo();
  // A message that is not handled holds the goodbye back.
  there.handle('x', () => new Promise(() => undefined));
  const connect = async (): Promise<void> => {
    const connected = here.connect(address);
    await clock.advanceAsync(2_000);
    await connected;
    await here.send(there.id, 'x', 1);
  };
  await connect();
  const controller = new AbortController();
  const parted = [here.disconnect(address.id)];
  const given = outcomeOf(here.connect({ ...address, signal: controller.signal }));
  controller.abort();
  await clock.advanceAsync(0);
  expect([given.now, abortsOf(controller.signal)]).toEqual(['ERR_ABORTED', 0]);
  const overtaken = outcomeOf(here.connect(address));
  parted.push(here.disconnect(address.id));
  await clock.advanceAsync(60_000);
  await Promise.all(parted);
  expect([overtaken.now, connectionsOf(here)]).toEqual(['ERR_CLOSED', 0]);

  await connect();
  const leaving = here.disconnect(address.id);
  const waiting = outcomeOf(here.connect(address));
  const stopped = here.stop();
  await clock.advanceAsync(20_000);
  await Promise.all([leaving, stopped]);
  expect(waiting.now).toBe('ERR_NOT_RUNNING');
  await expect(here.disconnect(address.id)).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
});

test('when the peer is unknown, disconnects without effect, twice; refuses to connect to itself', async () => {
  const { here, there, network } = await startTwo();
  await Promise.all([here.disconnect(there.id), here.disconnect(there.id)]);
  await expect(here.connect(network.addressOf(here))).rejects.toMatchObject({ code: 'ERR_SELF' });
});

test('messages and requests without an answer have an end when the node stops, and leave nothing on their signals', async () => {
  const { clock, here, there, address } = await startTwo();
  there.respond('never', () => new Promise(() => undefined));
  const connected = here.connect(address);
  await clock.advanceAsync(1_000);
  await connected;
  const { signal } = new AbortController();
  const outcomes = [
    ...Array.from({ length: 300 }, () => outcomeOf(here.request(there.id, 'never', 1, { signal, timeout: 600_000 }))),
    outcomeOf(here.requestAll('never', 1, { signal })),
  ];
  await clock.advanceAsync(1_000);
  const given = new AbortController();
  const aborted = outcomeOf(here.request(there.id, 'never', 1, { signal: given.signal }));
  given.abort('mine');
  const stopped = here.stop();
  await clock.advanceAsync(20_000);
  await stopped;
  expect(aborted.now).toBe('ERR_ABORTED');
  expect(outcomes.filter(({ now }) => now === undefined)).toEqual([]);
  expect([abortsOf(signal), abortsOf(given.signal)]).toEqual([0, 0]);
});
