import { expect, it } from 'vitest';
import type { TrustStore } from '../../../../src/adapters/identity/port.ts';
import { memoryTrust } from '../../../../src/adapters/identity/trust-file.ts';
import { LanpeerError, limits } from '../../../../src/index.ts';
import { Trust } from '../../../../src/node/access/trust.ts';
import { createVirtualClock } from '../../../../src/testing/index.ts';

const idOf = (no: number): string =>
  `${no
    .toString(26)
    .padStart(51, '0')
    .replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? 'q')}a`;

async function setUp(store: TrustStore) {
  let changes = 0;
  const trust = new Trust({
    clock: createVirtualClock(),
    source: { devices: new Map(), setTrusted: () => undefined, setPending: () => undefined },
    policy: () => ({ firstUse: true }),
    report: () => undefined,
    changed: () => {
      changes += 1;
    },
  });
  await trust.open(store);
  return { trust, changes: () => changes };
}

it('remembers 1,024 revoked devices, the latest ones', async () => {
  const store = memoryTrust();
  const { trust } = await setUp(store);
  for (let no = 0; no <= limits.trust.revoked; no += 1) await trust.revoke(idOf(no));
  const { revoked } = await store.read();
  expect(revoked).toHaveLength(1_024);
  expect([revoked[0]?.id, revoked.at(-1)?.id]).toEqual([idOf(1), idOf(1_024)]);
  const { deny } = trust.complete({ firstUse: true, deny: new Set(['asked']) });
  expect([deny?.size, deny?.has('asked')]).toEqual([1_025, true]);
});

it('trusts 1,024 devices at most, and still renames one of them', async () => {
  const { trust } = await setUp(memoryTrust());
  for (let no = 0; no < limits.trust.devices; no += 1) await trust.trust(idOf(no), undefined);
  await trust.trust(idOf(5), 'five');
  expect(() => trust.trust(idOf(5_000), undefined)).toThrow(expect.objectContaining({ code: 'ERR_TRUST_LIMIT' }));
});

it('what cannot be kept holds for this run, rejects, and is kept with the next change', async () => {
  const kept = memoryTrust();
  let full = true;
  const { trust, changes } = await setUp({
    read: kept.read,
    write: (record) => (full ? Promise.reject(new LanpeerError('ERR_STATE_DIR')) : kept.write(record)),
  });
  await expect(trust.revoke(idOf(1))).rejects.toMatchObject({ code: 'ERR_STATE_DIR' });
  expect([changes(), trust.complete({ firstUse: true }).deny]).toEqual([1, new Set([idOf(1)])]);
  full = false;
  await trust.trust(idOf(2), 'two');
  expect(await kept.read()).toMatchObject({ trusted: [{ id: idOf(2) }], revoked: [{ id: idOf(1) }] });
});

it('a store that cannot be read is a fault under trust on first use alone', async () => {
  const damage = new LanpeerError('ERR_TRUST_FILE');
  const { trust } = await setUp({ read: () => Promise.reject(damage), write: () => Promise.resolve() });
  expect(() => trust.check({})).not.toThrow();
  expect(() => trust.check({ firstUse: true })).toThrow(damage);
});
