import { describe, expect, test } from 'vitest';
import type { SignallingSession } from '../../../../src/adapters/signalling/port.ts';
import { LanpeerError, limits } from '../../../../src/index.ts';
import type { Endpoint } from '../../../../src/node/dialing/endpoint.ts';
import { at, createDialerRig, refused, settle } from '../../../support/dialer-rig.ts';

test('addresses off the link are dialed one by one, when all others have failed', async () => {
  const far = [1, 2].map((n) => ({ address: `10.9.0.${n}`, port: 41_000, source: '192.0.2.1' }));
  const { clock, dials, opened, said } = createDialerRig([at(1), at(2)], true, far);
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
  const { dials, said } = createDialerRig([], true, [{ address: '10.9.0.1', port: 41_000 }]);
  await settle();
  expect(dials).toHaveLength(1);
  dials[0]?.reject(new LanpeerError('ERR_UNREACHABLE'));
  await settle();
  expect(said).toEqual([{ type: 'dial.failed', refused: false, denied: false, code: 'ERR_UNREACHABLE' }]);
});

test('an address that becomes known is dialed beside those that do not answer', async () => {
  const silent = { ...at(66), port: 5_000, source: '192.0.2.66' };
  const real = { ...at(1), port: 4_000, source: '192.0.2.1' };
  const { add, clock, dials, opened, watchers } = createDialerRig([silent]);
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
  const { add, clock, dials, said } = createDialerRig([at(1)]);
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
  const { perTarget, unverified } = limits.dial;

  /** Each is refused at once. Returns how many dials have begun so far, now and in each of the next seconds. */
  async function countDials(endpoints: readonly Endpoint[]): Promise<number[]> {
    const { clock, dials } = createDialerRig(endpoints);
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
    const { burst, perSecond } = unverified;
    expect(await countDials(all)).toEqual([burst, burst + perSecond, burst + 2 * perSecond]);
  });
});
