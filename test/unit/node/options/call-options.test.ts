import { describe, expect, it } from 'vitest';
import { LanpeerError, type LanpeerNode } from '../../../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';
import { outcomeOf, startPairOnMemory } from '../../../support/memory-pair.ts';

/** A signal as polyfills and other realms have it: no `AbortSignal` of this one. */
function foreignSignal() {
  const target = new EventTarget();
  let aborted = false;
  let listeners = 0;
  const signal = {
    get aborted(): boolean {
      return aborted;
    },
    addEventListener: (...args: Parameters<EventTarget['addEventListener']>) => {
      listeners += 1;
      target.addEventListener(...args);
    },
    removeEventListener: target.removeEventListener.bind(target),
  } as unknown as AbortSignal;
  return {
    signal,
    abort(): void {
      aborted = true;
      target.dispatchEvent(new Event('abort'));
    },
    get listeners() {
      return listeners;
    },
  };
}

describe('the time limit of a request', () => {
  it('is none where it is Infinity', async () => {
    const { a, b, clock } = await startPairOnMemory();
    let answer: (value: string) => void = () => undefined;
    b.respond('wait', () => new Promise<string>((resolve) => (answer = resolve)));
    const asked = a.request(b.id, 'wait', null, { timeout: Number.POSITIVE_INFINITY });
    const outcome = outcomeOf(asked);
    await clock.advanceAsync(100_000);
    expect(outcome.now).toBeUndefined();
    answer('late');
    await clock.advanceAsync(100);
    expect(await asked).toBe('late');
  });

  it('arms no timer then: one of Node would end at once', async () => {
    const virtual = createVirtualClock();
    const clock = {
      ...virtual,
      setTimeout: (fn: () => void, ms: number) => virtual.setTimeout(fn, ms > 2_147_483_647 ? 1 : ms),
    };
    const network = createMemoryNetwork({ clock });
    const [a, b] = ['a', 'b'].map((name) => network.createNode({ name, access: 'open' })) as [LanpeerNode, LanpeerNode];
    await Promise.all([a.start(), b.start()]);
    await virtual.advanceAsync(3_000);
    b.respond('echo', ({ data }) => data);
    const outcome = outcomeOf(a.request(b.id, 'echo', 1, { timeout: Number.POSITIVE_INFINITY }));
    await virtual.advanceAsync(1_000);
    expect(outcome.now).toBe('resolved');
    const stopped = Promise.all([a.stop(), b.stop()]);
    await virtual.advanceAsync(20_000);
    await stopped;
  });

  it('may be 0, which ends it at once', async () => {
    const { a, b, clock } = await startPairOnMemory();
    const outcome = outcomeOf(a.request(b.id, 'wait', null, { timeout: 0 }));
    await clock.advanceAsync(0);
    expect(outcome.now).toBe('ERR_TIMEOUT');
  });

  it.each([Number.NaN, null, -1, '1000', 10n, true, {}, [], 2 ** 31, Number.NEGATIVE_INFINITY, new Date()])(
    'cannot be %s',
    async (timeout) => {
      const { a, b } = await startPairOnMemory();
      let asked = 0;
      b.respond('count', () => ++asked);
      for (const call of [
        a.request(b.id, 'count', null, { timeout: timeout as number }),
        a.requestAll('count', null, { timeout: timeout as number }),
      ])
        await expect(call).rejects.toMatchObject({
          code: 'ERR_OPTION',
          message: expect.stringMatching(/^timeout: .* is not a time/),
        });
      expect(asked).toBe(0);
    },
  );
});

it('a signal of another realm or a polyfill aborts, and is listened to once', async () => {
  const { a, b, clock } = await startPairOnMemory();
  b.respond('wait', () => new Promise(() => undefined));
  const foreign = foreignSignal();
  const outcomes = [1, 2, 3].map(() => outcomeOf(a.request(b.id, 'wait', null, { signal: foreign.signal })));
  await clock.advanceAsync(100);
  expect(outcomes.map(({ now }) => now)).toEqual([undefined, undefined, undefined]);
  foreign.abort();
  await clock.advanceAsync(0);
  expect(outcomes.map(({ now }) => now)).toEqual(['ERR_ABORTED', 'ERR_ABORTED', 'ERR_ABORTED']);
  expect(foreign.listeners).toBe(1);
  await expect(a.send(b.id, 'x', 1, { signal: foreign.signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
});

it('when the methods of a signal throw, rejects with ERR_OPTION, and disturbs no other call', async () => {
  const { a, b, clock } = await startPairOnMemory();
  b.respond('echo', ({ data }) => data);
  const fail = (): never => {
    throw new Error('mine');
  };
  for (const name of ['addEventListener', 'removeEventListener', 'aborted']) {
    const signal = Object.defineProperty(new AbortController().signal, name, { get: () => fail });
    const outcomes = [
      outcomeOf(a.request(b.id, 'echo', 1, { signal })),
      outcomeOf(a.send(b.id, 'x', 1, { signal })),
      outcomeOf(a.connect({ address: '198.51.100.250', port: 1, signal })),
    ];
    // The time limit of a request is over: whatever it takes off a signal, it takes it off now.
    await clock.advanceAsync(60_000);
    const wanted =
      name === 'removeEventListener' ? ['resolved', 'resolved', 'ERR_TIMEOUT'] : Array(3).fill('ERR_OPTION');
    expect(outcomes.map(({ now }) => now)).toEqual(wanted);
  }
});

const rejected: readonly (readonly [string, (a: LanpeerNode, b: LanpeerNode) => Promise<unknown>, RegExp])[] = [
  ['send(7)', (a) => a.send(7 as never, 'x', 1), /^to: 7 is not the id of a peer/],
  ['wait: "false"', (a, b) => a.send(b.id, 'x', 1, { wait: 'false' as never }), /^wait: "false"/],
  ['borrow: 1', (a, b) => a.send(b.id, 'x', 1, { borrow: 1 as never }), /^borrow: 1/],
  ['borrow: null', (a, b) => a.request(b.id, 'x', 1, { borrow: null as never }), /^borrow: null/],
  ['volatile: 1', (a, b) => a.send(b.id, 'x', 1, { volatile: 1 as never }), /^volatile: 1/],
  ['signal: {}', (a, b) => a.send(b.id, 'x', 1, { signal: {} as never }), /^signal: \{\} is not an AbortSignal/],
  ['a signal for options', (a, b) => a.send(b.id, 'x', 1, new AbortController().signal as never), /^options: /],
  ['null for options', (a, b) => a.send(b.id, 'x', 1, null as never), /^options: null/],
  ['volatil', (a, b) => a.send(b.id, 'x', 1, { volatil: true } as never), /^volatil: .*did you mean `volatile`/],
  ['broadcast', (a) => a.broadcast('x', 1, { timeout: 1 } as never), /^timeout: there is no such option/],
  ['timeOut', (a, b) => a.request(b.id, 'x', 1, { timeOut: 1 } as never), /^timeOut: .*did you mean `timeout`/],
  ['connect()', (a) => a.connect(undefined as never), /^target\.address: undefined/],
  ['connect(null)', (a) => a.connect(null as never), /^target: null/],
  [
    'a host name',
    (a) => a.connect({ address: 'localhost', port: 1 }),
    /^target\.address: "localhost" is not an IP address/,
  ],
  ['a host name and an id', (a, b) => a.connect({ address: 'localhost', port: 1, id: b.id }), /^target\.address: /],
  [
    'an IPv6 address',
    (a) => a.connect({ address: 'fe80::1%eth0', port: 80 }),
    /^target\.address: "fe80::1%eth0" is an IPv6 address, and lanpeer uses IPv4 only/,
  ],
  ['an IPv6 address and an id', (a, b) => a.connect({ address: '::1', port: 80, id: b.id }), /^target\.address: "::1"/],
  ['a port as text', (a) => a.connect({ address: '127.0.0.1', port: '80' as never }), /^target\.port: "80"/],
  ['no device id', (a) => a.connect({ address: '127.0.0.1', port: 80, id: 'x' }), /^target\.id: "x"/],
  ['host', (a) => a.connect({ host: '127.0.0.1', port: 80 } as never), /^target\.host: there is no such option/],
  ['disconnect(null)', (a) => a.disconnect(null as never), /^id: null/],
];

it.each(rejected)('rejects with ERR_OPTION: %s', async (_, call, message) => {
  const { a, b } = await startPairOnMemory();
  await expect(call(a, b)).rejects.toMatchObject({ code: 'ERR_OPTION', message: expect.stringMatching(message) });
});

it('a text that is no peer is ERR_NO_PEER', async () => {
  const { a } = await startPairOnMemory();
  await expect(a.send('nobody', 'x', 1)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
  await expect(a.request('', 'x', 1)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
});

it('handlers and responders are functions, of a type that is one; this is thrown at once', async () => {
  const { a } = await startPairOnMemory();
  const codes = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (thrown) {
      return thrown instanceof LanpeerError ? [thrown.code, thrown.message.split(':')[0]] : thrown;
    }
  };
  const bad = undefined as never;
  expect(codes(() => a.handle('t', bad))).toEqual(['ERR_OPTION', 'handler']);
  expect(codes(() => a.handleAll({} as never))).toEqual(['ERR_OPTION', 'handler']);
  expect(codes(() => a.respond('t', null as never))).toEqual(['ERR_OPTION', 'responder']);
  for (const type of ['with space', '', 'x'.repeat(65), undefined, 7, Symbol('t')]) {
    expect(codes(() => a.handle(type as never, () => 1))).toEqual(['ERR_TYPE', 'type']);
    expect(codes(() => a.respond(type as never, () => 1))).toEqual(['ERR_TYPE', 'type']);
  }
  a.respond('t', () => 1);
  expect(codes(() => a.respond('t', () => 2))).toEqual(['ERR_OPTION', 'Requests of type t have a responder already.']);
});
