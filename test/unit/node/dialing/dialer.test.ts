import { describe, expect, test } from 'vitest';
import { createActor, setup } from 'xstate';
import type { SignallingSession } from '../../../../src/adapters/signalling/port.ts';
import { LanpeerError, limits } from '../../../../src/index.ts';
import type { ConnectionEvent } from '../../../../src/machines/index.ts';
import { createDialer } from '../../../../src/node/dialing/dialer.ts';
import type { Endpoint } from '../../../../src/node/dialing/endpoint.ts';
import type { Dial as DialAddress } from '../../../../src/node/dialing/peer-dial.ts';
import { createLateClock } from '../../../support/late-clock.ts';

interface Dial {
  readonly target: Parameters<DialAddress>[0];
  resolve(session: SignallingSession): void;
  reject(error: LanpeerError): void;
}

/** Lets promises that are due settle; no time passes. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

function rig(endpoints: readonly Endpoint[], exists = true, offLink: readonly Endpoint[] = [], patient = false) {
  const clock = createLateClock();
  const dials: Dial[] = [];
  const opened: SignallingSession[] = [];
  const said: ConnectionEvent[] = [];
  const watchers = new Set<() => void>();
  let known = endpoints;
  let begun = 0;
  const dialer = createDialer({
    signalling: {
      dial: (target) =>
        new Promise((resolve, reject) => {
          dials.push({ target, resolve, reject });
        }),
    },
    endpoints: () => known,
    watch(_, listener) {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    offLink: { targets: () => offLink, turn: () => Promise.resolve(true) },
    opened: (session) => opened.push(session),
    exists: () => exists,
    lost: () => undefined,
    failed: () => undefined,
    clock,
  });
  const parent = setup({ types: { events: {} as ConnectionEvent }, actors: { dialer } }).createMachine({
    invoke: { src: 'dialer', input: { peerId: 'p', patient } },
    on: {
      'dial.begun': {
        actions() {
          begun += 1;
        },
      },
      '*': { actions: ({ event }) => void said.push(event) },
    },
  });
  const actor = createActor(parent, { clock });
  actor.start();
  return {
    clock,
    dials,
    opened,
    said,
    watchers,
    begun: () => begun,
    stop: () => actor.stop(),
    /** More is announced. */
    add(...more: readonly Endpoint[]): void {
      known = [...known, ...more];
      for (const told of watchers) told();
    },
  };
}

const at = (n: number): Endpoint => ({ address: `192.0.2.${n}`, port: 1 });
const refused = new LanpeerError('ERR_REFUSED');

test('that it has begun is told once, when the first address is being tried', async () => {
  const all = Array.from({ length: limits.dial.atOnce + 1 }, (_, n) => at(n));
  const { begun, dials, clock } = rig(all);
  expect(begun()).toBe(0);
  await settle();
  expect(dials).toHaveLength(1);
  expect(begun()).toBe(1);
  clock.advance(limits.dial.staggerMs);
  await settle();
  expect(dials).toHaveLength(2);
  expect(begun()).toBe(1);
});

test('addresses are tried with a head start each, and the first session wins', async () => {
  const { clock, dials, opened, said } = rig([at(1), at(2), at(3)]);
  await settle();
  expect(dials.map(({ target }) => target.address)).toEqual(['192.0.2.1']);
  clock.advance(limits.dial.staggerMs);
  await settle();
  expect(dials).toHaveLength(2);
  dials[0]?.reject(refused);
  await settle();
  expect(dials).toHaveLength(3);
  const session = { remoteId: 'p' } as SignallingSession;
  dials[1]?.resolve(session);
  await settle();
  expect(opened).toEqual([session]);
  expect(dials[2]?.target.signal.aborted).toBe(true);
  expect([said, clock.pending]).toEqual([[{ type: 'dial.refused' }], 0]);
});

test('refused everywhere is told apart from unreachable, and a denial is told above all', async () => {
  const everywhere = rig([at(1), at(2)]);
  await settle();
  everywhere.dials[0]?.reject(refused);
  await settle();
  everywhere.dials[1]?.reject(refused);
  await settle();
  expect(everywhere.said).toEqual([
    { type: 'dial.refused' },
    { type: 'dial.failed', refused: true, denied: false, code: 'ERR_REFUSED' },
  ]);

  const mixed = rig([at(1), at(2), at(3)]);
  for (const error of [refused, new LanpeerError('ERR_TIMEOUT'), new LanpeerError('ERR_NETWORK_KEY')]) {
    await settle();
    mixed.dials.at(-1)?.reject(error);
  }
  await settle();
  expect(mixed.said).toEqual([
    { type: 'dial.refused' },
    { type: 'dial.failed', refused: false, denied: true, code: 'ERR_NETWORK_KEY' },
  ]);

  const another = rig([at(1)]);
  await settle();
  another.dials[0]?.reject(new LanpeerError('ERR_IDENTITY_MISMATCH'));
  await settle();
  expect(another.said).toMatchObject([{ denied: false, code: 'ERR_IDENTITY_MISMATCH' }]);
});

test.each(['ERR_NETWORK_KEY', 'ERR_NOT_ALLOWED', 'ERR_VERSION'] as const)(
  'when a peer answers %s, says that the dial is denied',
  async (code) => {
    const { dials, said } = rig([at(1), at(2)]);
    for (const error of [new LanpeerError(code), new LanpeerError('ERR_TIMEOUT')]) {
      await settle();
      dials.at(-1)?.reject(error);
    }
    await settle();
    expect(said).toEqual([{ type: 'dial.failed', refused: false, denied: true, code }]);
  },
);

test('no address at all, and a dialer that is stopped', async () => {
  const nowhere = rig([]);
  await settle();
  expect(nowhere.said).toMatchObject([{ type: 'dial.failed', refused: false, code: 'ERR_NO_ADDRESS' }]);
});

test.each([
  { exists: true, reason: 'duplicate' },
  { exists: false, reason: 'abandoned' },
])(
  'a session that comes after the end is closed as $reason where the connection exists: $exists',
  async ({ exists, reason }) => {
    const { clock, dials, opened, said, stop } = rig([at(1), at(2)], exists);
    await settle();
    stop();
    let closed: string | undefined;
    dials[0]?.resolve({
      close(reason: string) {
        closed = reason;
      },
    } as SignallingSession);
    await settle();
    expect([opened, said, clock.pending, dials.length, closed]).toEqual([[], [], 0, 1, reason]);
  },
);

test('an address that does not answer is dialed again beside the first dial, one that failed is not', async () => {
  const { clock, dials, opened, said } = rig([at(1), at(2)]);
  await settle();
  clock.advance(limits.dial.staggerMs);
  await settle();
  dials[1]?.reject(new LanpeerError('ERR_TIMEOUT'));
  await settle();
  const [again = 0, thirdly = 0] = limits.dial.againMs;
  clock.advance(again + limits.dial.staggerMs);
  await settle();
  expect(dials.map(({ target }) => target.address)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.1']);
  clock.advance(thirdly + limits.dial.nextMs);
  await settle();
  expect(dials).toHaveLength(4);
  clock.advance(60_000);
  await settle();
  expect(dials).toHaveLength(4);
  const session = { remoteId: 'p' } as SignallingSession;
  dials[2]?.resolve(session);
  await settle();
  expect(opened).toEqual([session]);
  expect([dials[0], dials[3]].every((dial) => dial?.target.signal.aborted)).toBe(true);
  expect([said, clock.pending]).toEqual([[], 0]);
});

test('when every address has failed, what was dialed again is given up', async () => {
  const { clock, dials, said } = rig([at(1)]);
  await settle();
  clock.advance(limits.dial.againMs[0]);
  await settle();
  dials[0]?.reject(new LanpeerError('ERR_TIMEOUT'));
  await settle();
  expect(dials[1]?.target.signal.aborted).toBe(true);
  expect([said.length, clock.pending]).toEqual([1, 0]);
});

test('that nothing listens where the peer was is told at once, whatever else is announced for it', async () => {
  const forged = { address: '192.0.2.77', port: 1, source: '192.0.2.78' };
  const { dials, said, stop } = rig([at(1), forged]);
  await settle();
  dials[0]?.reject(refused);
  await settle();
  expect(said).toEqual([{ type: 'dial.refused' }]);
  stop();
  const announced = rig([forged, forged]);
  await settle();
  announced.dials[0]?.reject(refused);
  await settle();
  expect(announced.said).toEqual([]);
  announced.stop();
});

test('when the peer dials as well, waits until this process is on time', async () => {
  const { clock, dials, begun } = rig([at(1)], true, [], true);
  await settle();
  clock.lateMs = 2 * limits.dial.lateMs;
  await clock.advanceAsync(1_000);
  expect([dials.length, begun()]).toEqual([0, 0]);
  clock.lateMs = 0;
  await clock.advanceAsync(4 * limits.dial.lookEveryMs + 2 * limits.dial.lateMs);
  expect([dials.length, begun()]).toEqual([1, 1]);
});

test('when the process is late, makes no second dial beside the first', async () => {
  const { clock, dials } = rig([at(1)]);
  await settle();
  clock.lateMs = 2 * limits.dial.lateMs;
  await clock.advanceAsync(60_000);
  expect(dials).toHaveLength(1);
  clock.lateMs = 0;
  await clock.advanceAsync(2_000);
  expect(dials).toHaveLength(3);
});

test('when a dial waits for its process to be on time, keeps no other one waiting', async () => {
  const clock = createLateClock(2 * limits.dial.lateMs);
  const targets: string[] = [];
  const dialer = createDialer({
    signalling: {
      dial({ address }) {
        targets.push(address);
        return new Promise(() => undefined);
      },
    },
    endpoints: (id) => [at(Number(id))],
    opened: () => undefined,
    exists: () => true,
    lost: () => undefined,
    failed: () => undefined,
    clock,
  });
  const start = (no: number, patient: boolean) =>
    createActor(dialer, { clock, input: { peerId: `${no}`, patient } }).start();
  const actors = [1, 2, 3, 4].map((no) => start(no, true));
  await settle();
  actors.push(start(5, false));
  await settle();
  expect(targets).toEqual([at(5).address]);
  for (const actor of actors) actor.stop();
});

test('addresses off the link are dialed one by one, when all others have failed', async () => {
  const far = [1, 2].map((n) => ({ address: `10.9.0.${n}`, port: 41_000, source: '192.0.2.1' }));
  const { clock, dials, opened, said } = rig([at(1), at(2)], true, far);
  await settle();
  dials[0]?.reject(refused);
  await settle();
  clock.advance(10 * limits.dial.staggerMs);
  await settle();
  expect(dials.every(({ target }) => target.address.startsWith('192.'))).toBe(true);
  dials.find(({ target }) => target.address === '192.0.2.2')?.reject(refused);
  await settle();
  clock.advance(limits.dial.nextMs);
  await settle();
  const called = (): string[] =>
    dials.map(({ target }) => target.address).filter((address) => address.startsWith('10.'));
  expect(called()).toEqual(['10.9.0.1']);
  dials.at(-1)?.reject(new LanpeerError('ERR_TIMEOUT'));
  await settle();
  clock.advance(limits.dial.nextMs);
  await settle();
  expect(called()).toEqual(['10.9.0.1', '10.9.0.2']);
  const session = { remoteId: 'p' } as SignallingSession;
  dials.at(-1)?.resolve(session);
  await settle();
  expect(opened).toEqual([session]);
  expect(said.map(({ type }) => type)).toEqual(['dial.refused']);
});

test('when those off the link fail as well, that is the end of it', async () => {
  const { dials, said } = rig([], true, [{ address: '10.9.0.1', port: 41_000 }]);
  await settle();
  expect(dials).toHaveLength(1);
  dials[0]?.reject(new LanpeerError('ERR_UNREACHABLE'));
  await settle();
  expect(said).toEqual([{ type: 'dial.failed', refused: false, denied: false, code: 'ERR_UNREACHABLE' }]);
});

test('an address that becomes known is dialed beside those that do not answer', async () => {
  const silent = { ...at(66), port: 5_000, source: '192.0.2.66' };
  const real = { ...at(1), port: 4_000, source: '192.0.2.1' };
  const { add, clock, dials, opened, watchers } = rig([silent]);
  await settle();
  add(silent, real, real);
  await settle();
  clock.advance(limits.dial.nextMs);
  await settle();
  expect(dials.map(({ target }) => target.address)).toEqual([silent.address, real.address]);
  const session = { remoteId: 'p' } as SignallingSession;
  dials[1]?.resolve(session);
  await settle();
  expect([opened, watchers.size, clock.pending]).toEqual([[session], 0, 0]);
});

test('of one source only some of these, and not all of them of others', async () => {
  const { add, clock, dials, said } = rig([at(1)]);
  const { added, addedPerSource, atOnce, idleTimes, perSource } = limits.dial;
  const of = (source: string): readonly Endpoint[] =>
    Array.from({ length: 50 }, (_, n) => ({ address: source, port: 5_000 + n, source }));
  await settle();
  add(...of('192.0.2.66'));
  await clock.advanceAsync(1_000);
  const own = () => dials.filter(({ target }) => target.address === '192.0.2.66');
  expect(own()).toHaveLength(perSource);
  for (const dial of own()) dial.reject(refused);
  await clock.advanceAsync(1_000);
  expect(own()).toHaveLength(addedPerSource);
  for (let n = 100; n < 200; n += 1) add(...of(`192.0.2.${n}`));
  await clock.advanceAsync(10_000);
  const others = dials.filter(({ target }) => target.address !== '192.0.2.1');
  expect(others.length).toBeLessThanOrEqual(Math.min(added, atOnce * idleTimes));
  for (let turn = 0; turn < 10; turn += 1) {
    for (const dial of dials) dial.reject(refused);
    await clock.advanceAsync(10_000);
  }
  expect(said.at(-1)).toMatchObject({ type: 'dial.failed', refused: true });
});

describe('of addresses that announcements alone name', () => {
  const { perTarget, hearsay } = limits.dial;

  /** Each is refused at once. Returns how many dials have begun so far, now and in each of the next seconds. */
  async function countDials(endpoints: readonly Endpoint[]): Promise<number[]> {
    const { clock, dials } = rig(endpoints);
    let done = 0;
    async function refuseAll(): Promise<void> {
      await settle();
      while (done < dials.length) {
        dials[done]?.reject(refused);
        done += 1;
        await settle();
      }
    }
    await refuseAll();
    const counts = [done];
    for (let ms = 0; ms < 2_000; ms += 10) {
      clock.advance(10);
      await refuseAll();
      if (ms % 1_000 === 990) counts.push(done);
    }
    return counts;
  }

  test('dials one, whatever the port, only so often', async () => {
    const all = Array.from({ length: 40 }, (_, n) => ({ ...at(1), port: 4_000 + n, source: `198.51.100.${n}` }));
    const { burst, perSecond } = perTarget;
    expect(await countDials(all)).toEqual([burst, burst + perSecond, burst + 2 * perSecond]);
  });

  test('dials all of them only so often', async () => {
    const all = Array.from({ length: 150 }, (_, n) => ({ ...at(n), source: `198.51.100.${n}` }));
    const { burst, perSecond } = hearsay;
    expect(await countDials(all)).toEqual([burst, burst + perSecond, burst + 2 * perSecond]);
  });
});
