import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LanpeerError, limits, makeNetworkKey, type NodeOptions } from '../../../../src/index.ts';
import { createMetrics } from '../../../../src/metrics/index.ts';
import { createWarnings } from '../../../../src/node/monitoring/warnings.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';

const emit = vi.spyOn(process, 'emitWarning');
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  emit.mockReset();
});

/** Two nodes that are connected; the options are those of the second. */
async function startPair(options: Partial<NodeOptions> = {}) {
  emit.mockImplementation(() => undefined);
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const access = { networkKey: makeNetworkKey() };
  const a = network.createNode({ name: 'a', access, discovery: false });
  const b = network.createNode({ name: 'b', access, discovery: false, ...options });
  ends.push(async () => {
    const stopped = Promise.all([a.stop(), b.stop()]);
    await clock.advanceAsync(20_000);
    await stopped;
  });
  await Promise.all([a.start(), b.start()]);
  const connected = a.connect(network.addressOf(b));
  await clock.advanceAsync(3_000);
  await connected;
  async function send(type: string): Promise<unknown> {
    const { delivered } = await a.send(b.id, type, 1);
    await clock.advanceAsync(1_000);
    return delivered;
  }
  return { clock, network, a, b, send };
}

const fail = (): never => {
  throw new Error('mine');
};

const printed = (): readonly unknown[] => emit.mock.calls;

describe('an error without a listener', () => {
  it('is printed once for each kind, and the sender still hears that it was delivered', async () => {
    const { b, send } = await startPair();
    b.handle('one', fail);
    b.handle('other', fail);
    expect(await send('one')).toBe('delivered');
    expect(await send('one')).toBe('delivered');
    await send('other');
    expect(printed()).toEqual(
      ['one', 'other'].map((type) => [
        `b: A handler of messages of type ${type} threw: mine`,
        { type: 'LanpeerWarning', code: 'ERR_HANDLER', detail: expect.stringContaining('node.errors$') },
      ]),
    );
    const [, { detail }] = emit.mock.calls[0] as unknown as [string, { detail: string }];
    expect(detail).toContain('warnings.test.ts');
    expect(detail).toContain('logger');
    expect(b.stats().messages.handlerErrors).toBe(3);
  });

  it('goes to a subscriber instead, and is printed again without one', async () => {
    const { b, send } = await startPair();
    b.handle('n', fail);
    const told: string[] = [];
    const subscription = b.errors$.subscribe(({ code }) => told.push(code));
    await send('n');
    expect([told, printed()]).toEqual([['ERR_HANDLER'], []]);
    subscription.unsubscribe();
    await send('n');
    expect(printed()).toHaveLength(1);
  });

  it('is logged instead where there is a logger', async () => {
    const lines: string[] = [];
    const quiet = (): void => undefined;
    const logger = { debug: quiet, info: quiet, error: quiet, warn: (_: object, text: string) => lines.push(text) };
    const { b, send } = await startPair({ logger });
    b.handle('n', fail);
    await send('n');
    expect([lines, printed()]).toEqual([['A handler of messages of type n threw: mine'], []]);
  });

  it('when its channel has a subscriber, is not printed', async () => {
    const { b, send } = await startPair();
    const listener = (): void => undefined;
    subscribe('lanpeer:error', listener);
    ends.push(() => unsubscribe('lanpeer:error', listener));
    b.handle('n', fail);
    await send('n');
    expect(printed()).toEqual([]);
  });

  it('when metrics count it, is still printed: a count does not say what it was', async () => {
    const { b, send } = await startPair();
    const metrics = createMetrics(b);
    b.handle('n', fail);
    await send('n');
    expect(printed()).toHaveLength(1);
    expect(await metrics.text()).toContain('lanpeer_errors_total{node="b",code="ERR_HANDLER"} 1');
    metrics.stop();
  });

  it('is printed where the logger itself is what is broken', async () => {
    const quiet = (): void => undefined;
    const { b, send } = await startPair({ logger: { debug: quiet, info: quiet, error: quiet, warn: fail } });
    b.handle('n', fail);
    await send('n');
    expect(printed()).toEqual([['b: logger.warn threw: mine', expect.objectContaining({ code: 'ERR_HANDLER' })]]);
  });

  it('when a subscriber of errors$ causes it, is printed', async () => {
    const { b, send } = await startPair();
    b.errors$.subscribe(fail);
    b.errors$.subscribe(() => Promise.reject(new Error('mine')));
    b.handle('n', fail);
    await send('n');
    await send('n');
    expect(printed()).toEqual([
      ['b: A subscriber of errors$ threw: mine', expect.objectContaining({ code: 'ERR_HANDLER' })],
    ]);
    expect(b.stats().messages.handlerErrors).toBe(2);
  });

  it('is not printed where any stranger can cause it', async () => {
    const { network, clock, b } = await startPair({ maxPeers: 1 });
    const own = { networkKey: makeNetworkKey() };
    const stranger = network.createNode({ name: 'stranger', access: own, discovery: false });
    ends.push(() => stranger.stop());
    await stranger.start();
    const refused = expect(stranger.connect(network.addressOf(b))).rejects.toMatchObject({ code: 'ERR_NETWORK_KEY' });
    await clock.advanceAsync(5_000);
    await refused;
    expect(b.stats().refused).toHaveProperty('ERR_NETWORK_KEY');
    expect(printed()).toEqual([]);
  });

  it('when emitWarning was replaced and throws, has no further effect', async () => {
    const { b, send } = await startPair();
    emit.mockImplementation(fail);
    b.handle('n', fail);
    expect(await send('n')).toBe('delivered');
    expect(printed()).toHaveLength(1);
  });
});

describe('what is printed', () => {
  it('is on one line, short, and of few kinds', () => {
    const calls: (readonly [string, { readonly detail: string }])[] = [];
    const print = createWarnings('desk\u001b[31m', (message, options) => calls.push([message, options]));
    const cause = new Error(`one\n${'long '.repeat(100_000)}`);
    cause.stack = `Error: one\n    at \u001b[31m${'x'.repeat(100_000)} (file:1:1)`;
    for (let no = 0; no < limits.warnings.kinds + 10; no += 1)
      print(new LanpeerError('ERR_HANDLER', 'A handler threw: \u001b[31m', { cause }), `kind ${no}`);
    expect(calls).toHaveLength(limits.warnings.kinds);
    for (const [message, { detail }] of calls) {
      expect(`${message}${detail}`).toMatch(/^\P{Cc}+$/u);
      expect(detail.length).toBeLessThan(2 * limits.thrown.chars);
    }
  });
});
