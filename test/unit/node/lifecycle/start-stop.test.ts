import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LanpeerNode } from '../../../../src/api/node.ts';
import { LanpeerError } from '../../../../src/errors.ts';
import { StartStop, type StartStopDeps } from '../../../../src/node/lifecycle/start-stop.ts';
import { createListeners } from '../../../../src/util/listener-set.ts';

const fault = new LanpeerError('ERR_PORT_IN_USE');

/** A world whose steps take as long as `step` says; a start fails as often as `faults` says. */
function createWorld(
  step: () => Promise<void>,
  faults: readonly boolean[] = [],
  prepares = true,
  started: () => Promise<void> = step,
) {
  const states = createListeners<[]>();
  const told: string[] = [];
  let state: LanpeerNode['state'] = 'stopped';
  let opened = 0;
  let failed = false;
  let prepared = 0;

  function become(next: LanpeerNode['state']): void {
    state = next;
    told.push(next);
    queueMicrotask(() => states.call());
  }
  async function open(): Promise<void> {
    const fails = faults[opened] ?? false;
    opened += 1;
    await step();
    if (state !== 'starting') return;
    failed = fails;
    become(fails ? 'stopped' : 'running');
  }
  async function close(): Promise<void> {
    await step();
    become('stopped');
  }
  const world: StartStopDeps = {
    state: () => state,
    watchState: states.add,
    tell({ type }) {
      if (type === 'start' && state === 'stopped') {
        failed = false;
        become('starting');
        void open();
      } else if (type === 'stop' && (state === 'starting' || state === 'running')) {
        become('stopping');
        void close();
      }
    },
    prepare() {
      prepared += 1;
      return prepares ? step() : undefined;
    },
    fault: () => (failed ? fault : undefined),
    started,
    stopping: () => undefined,
    async ended() {
      await step();
      prepared = 0;
    },
    stopped: () => void told.push('completed'),
  };
  const startStop = new StartStop(world);
  return {
    start: () => startStop.start(),
    stop: () => startStop.stop(),
    told,
    get state() {
      return state;
    },
    get prepared() {
      return prepared;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('whatever is called, and whenever: every promise settles, and the node ends as the last call asked', async () => {
  const call = fc.record({
    what: fc.constantFrom('start' as const, 'stop' as const),
    // Not before so many steps of the world were taken since the call before it.
    after: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 5 }),
      fc.array(fc.boolean(), { maxLength: 3 }),
      fc.boolean(),
      fc.scheduler(),
      async (calls, faults, prepares, scheduler) => {
        const node = createWorld(() => scheduler.schedule(Promise.resolve(), 'step'), faults, prepares);
        const outcomes: Promise<string>[] = [];
        for (const { what, after } of calls) {
          for (let steps = 0; steps < after; steps += 1) {
            await turn();
            if (scheduler.count() > 0) await scheduler.waitOne();
          }
          outcomes.push(
            node[what]().then(
              () => 'done',
              (thrown: unknown) => (thrown as LanpeerError).code,
            ),
          );
        }
        for (await turn(); scheduler.count() > 0; await turn()) await scheduler.waitOne();
        const settled = await Promise.all(outcomes);
        for (const [at, { what }] of calls.entries()) {
          if (what === 'stop') expect(settled[at]).toBe('done');
        }
        const last = settled.at(-1);
        expect(['done', 'ERR_PORT_IN_USE']).toContain(last);
        const runs = calls.at(-1)?.what === 'start' && last === 'done';
        expect(node.state).toBe(runs ? 'running' : 'stopped');
        expect(node.prepared).toBe(runs ? 1 : 0);
      },
    ),
    { numRuns: 500 },
  );
});

test('a start that is stopped meanwhile rejects, also one that has not begun; each run is completed once', async () => {
  const node = createWorld(turn);
  const calls = [node.start(), node.stop(), node.start(), node.stop(), node.start()];
  expect(await Promise.allSettled(calls)).toMatchObject([
    { status: 'rejected', reason: { code: 'ERR_NOT_RUNNING' } },
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'ERR_NOT_RUNNING' } },
    { status: 'fulfilled' },
    { status: 'fulfilled' },
  ]);
  expect([node.state, node.told.at(-1)]).toEqual(['running', 'running']);
});

test('calls of the same share one outcome; a stop again does nothing', async () => {
  const node = createWorld(turn);
  await Promise.all([node.start(), node.start()]);
  await node.start();
  await Promise.all([node.stop(), node.stop()]);
  await node.stop();
  expect(node.told).toEqual(['starting', 'running', 'stopping', 'stopped', 'completed']);
});

test('a start that failed completes nothing, and the next one begins anew', async () => {
  const node = createWorld(turn, [true, false]);
  await expect(node.start()).rejects.toBe(fault);
  expect([node.told, node.prepared]).toEqual([['starting', 'stopped'], 0]);
  await node.start();
  expect(node.state).toBe('running');
});

test('a start whose last step fails leaves nothing running, and completes nothing', async () => {
  const node = createWorld(turn, [], true, () => Promise.reject(fault));
  await expect(node.start()).rejects.toBe(fault);
  expect([node.told, node.prepared]).toEqual([['starting', 'running', 'stopping', 'stopped'], 0]);
});

test('a stop takes effect at once, and so does a start after it', async () => {
  const node = createWorld(turn, [], false);
  const started = node.start();
  expect(node.state).toBe('starting');
  await started;
  const stopped = node.stop();
  expect(node.state).toBe('stopping');
  await stopped;
  void node.start();
  expect(node.state).toBe('starting');
});

test('a node that never started completes its streams when it is stopped, once', async () => {
  const node = createWorld(turn);
  await node.stop();
  await node.stop();
  expect(node.told).toEqual(['completed']);
});
