import { expect, test } from 'vitest';
import type { SignallingSession } from '../../../../src/adapters/signalling/port.ts';
import { LanpeerError, limits } from '../../../../src/index.ts';
import { at, createDialerRig, refused, settle } from '../../../support/dialer-rig.ts';

test('that it has begun is told once, when the first address is being tried', async () => {
  const all = Array.from({ length: limits.dial.atOnce + 1 }, (_, n) => at(n));
  const { begun, dials, clock } = createDialerRig(all);
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
  const { clock, dials, opened, said } = createDialerRig([at(1), at(2), at(3)]);
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
  const everywhere = createDialerRig([at(1), at(2)]);
  await settle();
  everywhere.dials[0]?.reject(refused);
  await settle();
  everywhere.dials[1]?.reject(refused);
  await settle();
  expect(everywhere.said).toEqual([
    { type: 'dial.refused' },
    { type: 'dial.failed', refused: true, denied: false, code: 'ERR_REFUSED' },
  ]);

  const mixed = createDialerRig([at(1), at(2), at(3)]);
  for (const error of [refused, new LanpeerError('ERR_TIMEOUT'), new LanpeerError('ERR_NETWORK_KEY')]) {
    await settle();
    mixed.dials.at(-1)?.reject(error);
  }
  await settle();
  expect(mixed.said).toEqual([
    { type: 'dial.refused' },
    { type: 'dial.failed', refused: false, denied: true, code: 'ERR_NETWORK_KEY' },
  ]);

  const another = createDialerRig([at(1)]);
  await settle();
  another.dials[0]?.reject(new LanpeerError('ERR_IDENTITY_MISMATCH'));
  await settle();
  expect(another.said).toMatchObject([{ denied: false, code: 'ERR_IDENTITY_MISMATCH' }]);
});

test.each(['ERR_NETWORK_KEY', 'ERR_NOT_ALLOWED', 'ERR_VERSION'] as const)(
  'when a peer answers %s, says that the dial is denied',
  async (code) => {
    const { dials, said } = createDialerRig([at(1), at(2)]);
    for (const error of [new LanpeerError(code), new LanpeerError('ERR_TIMEOUT')]) {
      await settle();
      dials.at(-1)?.reject(error);
    }
    await settle();
    expect(said).toEqual([{ type: 'dial.failed', refused: false, denied: true, code }]);
  },
);

test('no address at all, and a dialer that is stopped', async () => {
  const nowhere = createDialerRig([]);
  await settle();
  expect(nowhere.said).toMatchObject([{ type: 'dial.failed', refused: false, code: 'ERR_NO_ADDRESS' }]);
});

test.each([
  { exists: true, reason: 'duplicate' },
  { exists: false, reason: 'abandoned' },
])(
  'a session that comes after the end is closed as $reason where the connection exists: $exists',
  async ({ exists, reason }) => {
    const { clock, dials, opened, said, stop } = createDialerRig([at(1), at(2)], exists);
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
  const { clock, dials, opened, said } = createDialerRig([at(1), at(2)]);
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
  const { clock, dials, said } = createDialerRig([at(1)]);
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
  const { dials, said, stop } = createDialerRig([at(1), forged]);
  await settle();
  dials[0]?.reject(refused);
  await settle();
  expect(said).toEqual([{ type: 'dial.refused' }]);
  stop();
  const announced = createDialerRig([forged, forged]);
  await settle();
  announced.dials[0]?.reject(refused);
  await settle();
  expect(announced.said).toEqual([]);
  announced.stop();
});
