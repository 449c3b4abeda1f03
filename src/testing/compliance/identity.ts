import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { Identity, IdentityStore } from '../../adapters/identity/port.ts';
import { deviceIdOf, isDeviceId } from '../../protocol/device-id.ts';
import { formatIncarnation, parseIncarnation } from '../../protocol/incarnation.ts';
import type { ComplianceCase } from './case.ts';

/** Makes a store of a new identity that was not opened yet. */
export type MakeIdentityStore = () => IdentityStore;

async function opened<Result>(store: IdentityStore, use: (identity: Identity) => Result): Promise<Result> {
  const identity = await store.open();
  try {
    return use(identity);
  } finally {
    await identity.release();
  }
}

/** What every {@link IdentityStore} promises. */
export const identityCompliance: readonly ComplianceCase<MakeIdentityStore>[] = [
  {
    name: 'the id is that of the key, and the certificate is signed by it over it',
    run: (make) =>
      opened(make(), ({ id, privateKeyPem, certificatePem }) => {
        const key = createPrivateKey(privateKeyPem);
        const certificate = new X509Certificate(certificatePem);
        assert.equal(key.asymmetricKeyType, 'ed25519');
        assert.ok(isDeviceId(id));
        assert.equal(deviceIdOf(createPublicKey(key).export({ type: 'spki', format: 'der' })), id);
        assert.equal(deviceIdOf(certificate.publicKey.export({ type: 'spki', format: 'der' })), id);
        assert.ok(certificate.checkPrivateKey(key));
        assert.ok(certificate.verify(createPublicKey(key)));
      }),
  },
  {
    name: 'the certificate is valid today, and in a year',
    run: (make) =>
      opened(make(), ({ certificatePem }) => {
        const { validFrom, validTo } = new X509Certificate(certificatePem);
        assert.ok(Date.parse(validFrom) <= 0);
        assert.ok(Date.parse(validTo) > Date.now() + 366 * 86_400_000);
      }),
  },
  {
    name: 'every opening has the same id and a higher incarnation with another random part',
    async run(make) {
      const store = make();
      const first = await opened(store, ({ id, incarnation }) => ({ id, incarnation }));
      const second = await opened(store, ({ id, incarnation }) => ({ id, incarnation }));
      assert.equal(second.id, first.id);
      assert.ok(second.incarnation.counter > first.incarnation.counter);
      assert.notEqual(second.incarnation.random, first.incarnation.random);
      for (const { incarnation } of [first, second])
        assert.deepEqual(parseIncarnation(formatIncarnation(incarnation)), incarnation);
    },
  },
  {
    name: 'two stores are two devices',
    async run(make) {
      const ids = await Promise.all([make(), make()].map((store) => opened(store, ({ id }) => id)));
      assert.notEqual(ids[0], ids[1]);
    },
  },
  {
    name: 'while it is open, cannot be opened again; after a release, once or twice, it can',
    async run(make) {
      const store = make();
      const first = await store.open();
      await assert.rejects(store.open(), { code: 'ERR_STATE_IN_USE' });
      await Promise.all([first.release(), first.release()]);
      await first.release();
      const second = await store.open();
      // The first one's release is over: it must not take the lock of the second.
      await first.release();
      await assert.rejects(store.open(), { code: 'ERR_STATE_IN_USE' });
      await second.release();
      await opened(store, ({ id }) => assert.equal(id, first.id));
    },
  },
  {
    name: 'when many open it at one moment, exactly one succeeds',
    async run(make) {
      const store = make();
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => store.open()));
      const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
      await Promise.all(won.map((identity) => identity.release()));
      assert.equal(won.length, 1);
      assert.deepEqual(new Set(codes), new Set(['ERR_STATE_IN_USE']));
    },
  },
  {
    name: 'when many open and release it in turn, has one holder at a time',
    async run(make) {
      const store = make();
      const counters: number[] = [];
      let holders = 0;
      async function attempt(): Promise<void> {
        const identity = await store.open().catch(() => undefined);
        if (!identity) return;
        holders += 1;
        assert.equal(holders, 1);
        counters.push(identity.incarnation.counter);
        await Promise.resolve();
        holders -= 1;
        await identity.release();
      }
      for (let turn = 0; turn < 3; turn += 1) await Promise.all(Array.from({ length: 4 }, attempt));
      assert.ok(counters.length >= 3);
      assert.deepEqual(
        counters,
        [...new Set(counters)].sort((a, b) => a - b),
      );
    },
  },
  {
    name: 'has no warnings, and the same key each time',
    async run(make) {
      const store = make();
      const look = ({ privateKeyPem, warnings = [] }: Identity) => ({ privateKeyPem, warnings });
      const first = await opened(store, look);
      assert.deepEqual(first.warnings, []);
      assert.deepEqual(await opened(store, look), first);
    },
  },
];
